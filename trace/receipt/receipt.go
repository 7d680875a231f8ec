// Package receipt is a verdict with its evidence, as JSON that scripts and
// tickets keep. It is pure: types and their spelling, no reading and no judging.
package receipt

import (
	"encoding/json"
	"slices"

	"kinspect/internal/audience"
	"kinspect/internal/coverage"
	"kinspect/internal/metric"
	"kinspect/internal/notice"
	"kinspect/internal/pace"
	"kinspect/internal/record"
)

// Verdict answers whether an event entered a stream.
type Verdict string

// The three verdicts.
const (
	// Found: a user record in the window holds the event.
	Found Verdict = "found"
	// Absent: every user record in the window was read and tested, and none does.
	Absent Verdict = "absent"
	// Inconclusive: not seen, and not all could be read and tested.
	Inconclusive Verdict = "inconclusive"
)

// Receipt is the whole of it. Its keys are a contract.
type Receipt struct {
	Verdict Verdict `json:"verdict"`
	// Reasons make a verdict inconclusive; conditions bind an absent one; caveats
	// are good to know.
	Reasons    []notice.Notice `json:"reasons"`
	Conditions []notice.Notice `json:"conditions"`
	Caveats    []notice.Notice `json:"caveats"`
	Stream     Stream          `json:"stream"`
	// Account and Region are empty for a capture.
	Account string `json:"account"`
	Region  string `json:"region"`
	// Endpoint is the URL called where it is not AWS' own; "local" is the sample in
	// this process, and a capture in this process is named by its file.
	Endpoint string `json:"endpoint,omitempty"`
	// ServerClockSkewMillis is how far this machine's clock was ahead of the
	// server's; the server's was used throughout.
	ServerClockSkewMillis int64             `json:"serverClockSkewMillis"`
	Event                 Event             `json:"event"`
	Settings              Settings          `json:"settings"`
	Window                Window            `json:"window"`
	Coverage              coverage.Coverage `json:"coverage"`
	Matches               []Match           `json:"matches"`
	// Outside are matches that were read but arrived outside the window.
	Outside []Match `json:"outside"`
	// Consumers are what reads the stream, as far as was asked, and what they tell of the
	// matches. It is evidence beside the verdict and no part of it.
	Consumers []audience.Consumer `json:"consumers,omitempty"`
	// Metrics are what CloudWatch counted in the window, as far as it was asked. They prove
	// no verdict, and can leave one open.
	Metrics *metric.Metrics `json:"metrics,omitempty"`
	// Events answers each line of Event.Events, in a list of that name at the end;
	// nil where one event was asked. Matches and Outside are theirs, then.
	Events     Answers          `json:"-"`
	Tool       string           `json:"tool"`
	StartedAt  record.Timestamp `json:"startedAt"`
	FinishedAt record.Timestamp `json:"finishedAt"`
	// Part is which shards were read, so that others read the rest; nil: all.
	Part *Portion `json:"part,omitempty"`
	// Joined are the parts that the receipt was merged of, in order; nil: one scan
	// made it.
	Joined []Joined `json:"joined,omitempty"`
	// Checksum is what Write made of all other keys, as it stood in a receipt that
	// was read.
	Checksum string `json:"checksum,omitempty"`
}

// Stream names the stream beyond doubt: one deleted and created anew has
// another creation time. Where its description was denied, what it would have told
// is left out.
type Stream struct {
	Name           string           `json:"name"`
	ARN            string           `json:"arn"`
	CreatedAt      record.Timestamp `json:"createdAt,omitzero"`
	RetentionHours int              `json:"retentionHours,omitempty"`
	// Capture tells that it was a file of records, made of a stream that nothing
	// else is known of.
	Capture bool `json:"capture,omitempty"`
}

// Event is what was looked for; all that is given had to hold of one user
// record.
type Event struct {
	// Text is sought as a whole word, or with Contains anywhere, or with Exact as
	// an entire value.
	Text     string `json:"text,omitempty"`
	Contains bool   `json:"contains,omitempty"`
	Exact    bool   `json:"exact,omitempty"`
	// IgnoreCase is for Text and Regexp.
	IgnoreCase bool   `json:"ignoreCase,omitempty"`
	Regexp     string `json:"regexp,omitempty"`
	// Like is a JSON object whose fields a document has.
	Like string `json:"like,omitempty"`
	JQ   string `json:"jq,omitempty"`
	// Data is what the record's data is before or after decoding, byte for byte,
	// and SHA256 in lower-case hex what it has for a sum.
	Data           *Data                 `json:"data,omitempty"`
	SHA256         string                `json:"sha256,omitempty"`
	PartitionKey   *string               `json:"partitionKey,omitempty"`
	SequenceNumber record.SequenceNumber `json:"sequenceNumber,omitempty"`
	// SubSequenceNumber is a place within the aggregate of that number.
	SubSequenceNumber *int `json:"subSequenceNumber,omitempty"`
	// Events are many, each of which was asked by itself, with all else that is
	// given.
	Events *Many `json:"events,omitempty"`
}

// Data stands for bytes that were looked for.
type Data struct {
	Bytes int64 `json:"bytes"`
	// SHA256 is in lower-case hex.
	SHA256 string `json:"sha256"`
}

// Opaque says how records that cannot be read are judged.
type Opaque string

const (
	// Hole: each leaves the verdict open.
	Hole Opaque = "hole"
	// Bytes: by their bytes, on condition that the event is not inside them.
	Bytes Opaque = "bytes"
)

// Settings are the choices that the verdict depends on.
type Settings struct {
	Decode string `json:"decode"`
	// Schemas names what Avro and protobuf messages were read by.
	Schemas string `json:"schemas,omitempty"`
	// Opaque says how records that cannot be read are judged.
	Opaque Opaque `json:"opaque"`
	Narrow bool   `json:"narrow"`
	// ReadShare is the part of each shard's read quota that was used at the most,
	// a number, or "off".
	ReadShare pace.Share `json:"readShare"`
	// FanOut is how many consumers of enhanced fan-out read, 1 to 50; 0 is none: it was
	// polled.
	FanOut int `json:"fanOut,omitempty"`
	// WithData tells that the data of matches is kept, less what the jq program Redact
	// leaves out.
	WithData bool   `json:"withData,omitempty"`
	Redact   string `json:"redact,omitempty"`
	// SettleMillis is how long a record may take to become readable.
	SettleMillis int64 `json:"settleMillis"`
}

// Window is what the verdict speaks of, both ends inclusive.
type Window struct {
	From  record.Timestamp `json:"from"`
	Until record.Timestamp `json:"until"`
	// Open: no beginning was asked for, so that From is a result: where begins what
	// the stream still held, and was read whole.
	Open bool `json:"open,omitempty"`
}

// Match is a user record that holds the event.
type Match struct {
	record.Meta
	Decoded     []string `json:"decoded,omitempty"`
	DecodeError string   `json:"decodeError,omitempty"`
	// Data is the decoded data where it was to be kept: JSON or text, a list where it
	// is several documents; DataBase64 is what is neither.
	Data       json.RawMessage `json:"data,omitempty"`
	DataBase64 []byte          `json:"dataBase64,omitempty"`
	// SHA256 is of the user record's data, before decoding, in hex.
	SHA256 string `json:"sha256"`
	// Path says where in the record it stands.
	Path string `json:"path,omitempty"`
	// Whole tells whether it is the entire value there.
	Whole bool `json:"whole"`
	// Deliverable is false when KCL consumers are not given it, and absent where
	// that cannot be told: in a damaged aggregate, and in one of a shard whose hash
	// key range is unknown.
	Deliverable *bool `json:"deliverable,omitempty"`
	// DeliverableReason says in a sentence why it is not.
	DeliverableReason string `json:"deliverableReason,omitempty"`
	// Text is the value it stands in, where it is not the whole of it; not kept.
	Text string `json:"-"`
}

// Assumptions are what the verdict rests on and no reader can check; only an absent
// one rests on any.
func (r Receipt) Assumptions() []notice.Notice {
	if r.Verdict != Absent {
		return nil
	}
	if slices.ContainsFunc(r.Coverage.Shards, func(a coverage.Account) bool { return a.Proof != nil && a.Proof.Kind == coverage.Foreign }) {
		return append(slices.Clone(notice.Assumptions), notice.OwnNumbers)
	}
	return notice.Assumptions
}

// Undeliverable tells that KCL consumers are not given it.
func (m Match) Undeliverable() bool { return m.Deliverable != nil && !*m.Deliverable }
