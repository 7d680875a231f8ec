// Package notice is the closed list of what a receipt may say beside its
// verdict. Scripts match the codes; people read the texts.
package notice

// Notice is one thing to know about a verdict.
type Notice struct {
	Code Code   `json:"code"`
	Text string `json:"text"`
	// ShardID names the shard it concerns, if it concerns one.
	ShardID string `json:"shardId,omitempty"`
}

// Code names a kind of notice. Codes are a contract: they are added to, never
// renamed.
type Code string

// Reasons make a verdict inconclusive: each is a hole in the proof.
const (
	// AccessDenied: a permission is missing; the text names the action.
	AccessDenied Code = "access-denied"
	// KeyUnusable: the stream's KMS key is disabled, gone, or not ours to use.
	KeyUnusable Code = "key-unusable"
	// Credentials: ours are wrong or have expired.
	Credentials Code = "credentials"
	// ShardGone: the shard, or the stream, was deleted or expired during the scan.
	ShardGone Code = "shard-gone"
	// Unavailable: the endpoint kept failing.
	Unavailable Code = "unavailable"
	// Throttled: others left no room to read for too long.
	Throttled Code = "throttled"
	// Refused: the endpoint refused a call as invalid.
	Refused Code = "refused"
	// EndUnexplained: the shard seemed to end, and nothing proves it.
	EndUnexplained Code = "end-unexplained"
	// Trimmed: records expired before they could be read.
	Trimmed Code = "trimmed"
	// BeforeHorizon: the window begins before what the stream still holds.
	BeforeHorizon Code = "before-horizon"
	// Created: the stream was created after the window begins; an earlier one of its
	// name may have held what is sought. It is a caveat where the window was left open
	// and begins with the stream.
	Created Code = "created"
	// Listing: the shards listed may not be all that took writes.
	Listing Code = "listing"
	// Recreated: the stream was deleted and created anew during the scan.
	Recreated Code = "recreated"
	// RetentionChanged: the retention period changed during the scan.
	RetentionChanged Code = "retention-changed"
	// Broken: records that show a format and fail, or on which jq failed.
	Broken Code = "broken"
	// Opaque: records in a form that we cannot read.
	Opaque Code = "opaque"
	// Metrics: CloudWatch counted more records that came in than were read.
	Metrics Code = "metrics"
	// Interrupted: stopped before the end, by Ctrl-C; of a gap, also since a match
	// made further reading needless.
	Interrupted Code = "interrupted"
	// Time: the time given for the scan was over before the end.
	Time Code = "time"
	// Capture: a file of records carries no coverage.
	Capture Code = "capture"
	// Part: the shards of other parts were not read, as asked, or what they came to is
	// missing. It is a caveat where a part was found to hold the event.
	Part Code = "part"
)

// Caveats do not change a verdict; a reader should know them.
const (
	// ClockSkew: this machine's clock is off; the server's was used.
	ClockSkew Code = "clock-skew"
	// NoServerDate: the endpoint tells no time; this machine's clock was used.
	NoServerDate Code = "no-server-date"
	// Outside: the event was seen, but outside the window.
	Outside Code = "outside"
	// PartOfText: the event only stands inside a longer text.
	PartOfText Code = "part-of-longer-text"
	// InsideWord: the text only stands inside longer words, or values where an
	// entire one was asked for, which is no match.
	InsideWord Code = "inside-longer-word"
	// Unwrapped: jq was given what stood in envelopes, and not the envelopes.
	Unwrapped Code = "unwrapped"
	// WithoutID: jq made no ID of some records to compare many events with. It is a
	// reason where it made one of none.
	WithoutID Code = "without-id"
	// NotDeliverable: KCL consumers are not given a match; they drop the aggregate
	// around it, or a part of that.
	NotDeliverable Code = "not-deliverable"
	// Undescribed: the stream's description was denied, so its retention period is
	// unknown, and the least that AWS has was counted on.
	Undescribed Code = "undescribed"
	// ClosedShard: a match stands in a shard that is closed by now.
	ClosedShard Code = "closed-shard"
	// Number: what the sequence number asked for tells of itself, where that explains
	// why its record is not there.
	Number Code = "number"
	// SameKey: other records have the partition key that was asked for.
	SameKey Code = "same-key"
	// Duplicates: matches repeat the partition key and the data of others.
	Duplicates Code = "duplicates"
	// EmptyPages: empty pages came before a match, at which a careless reader stops.
	EmptyPages Code = "empty-pages"
	// TooLarge: what was sought is larger than a record of the stream may be.
	TooLarge Code = "too-large"
	// DataLeftOut: a match lacks the data that was to be kept of it.
	DataLeftOut Code = "data-left-out"
	// MoreCopies: not everything was read, so there may be more copies.
	MoreCopies Code = "more-copies"
)

// Codes of conditions, beside those of records that were judged by their bytes.
const (
	// LeftClosed: layers were not opened, as asked.
	LeftClosed Code = "left-closed"
	// Narrowed: only the shards were read that a partition key names, as asked. It is
	// a reason where the stream turned to distributing records by itself meanwhile.
	Narrowed Code = "narrowed"
)

// Resting says of a condition what an absent verdict rests on.
func (n Notice) Resting() string {
	if n.Code == LeftClosed || n.Code == Narrowed {
		return n.Text
	}
	return "it is not inside them: " + n.Text
}

// Assumptions are what an absent verdict rests on and no reader can check. They
// stand among its caveats.
var Assumptions = []Notice{
	{Code: "assumes-order", Text: "records of a shard become readable in sequence order"},
	{Code: "assumes-disorder", Text: "arrival times of a shard are out of order by less than 60 s"},
	{Code: "assumes-visibility", Text: "records are readable within the settle time"},
	{Code: "assumes-listing", Text: "a listing shows a shard before it takes writes"},
	{Code: "assumes-retention", Text: "retention was not changed since the window began"},
}

// OwnNumbers is what an absent verdict rests on besides, where a shard refused the
// sequence number asked for as none of its own.
var OwnNumbers = Notice{Code: "assumes-own-numbers", Text: "a shard refuses no sequence number of its own records as another's"}
