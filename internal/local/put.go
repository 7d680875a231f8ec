package local

import (
	"fmt"
	"strconv"
	"time"
)

// Limits of a put. Source: the service model's text on PutRecords.
const (
	putRecordsMax = 500
	putBytesMax   = 10 << 20 // data and partition keys
	keyLengthMax  = 256      // characters
)

// entry is a record to put.
type entry struct {
	Data            []byte
	PartitionKey    string
	ExplicitHashKey string
}

func (e *entry) bytes() int { return len(e.Data) + len(e.PartitionKey) }

type putInput struct {
	streamRef
	suffering
	entry
	SequenceNumberForOrdering string
}

// putOutput tells where a record went or, in the answer to PutRecords, why it
// did not.
type putOutput struct {
	SequenceNumber string `json:",omitempty"`
	ShardId        string `json:",omitempty"`
	ErrorCode      string `json:",omitempty"`
	ErrorMessage   string `json:",omitempty"`
}

func (s *Server) putRecord(now time.Time, in *putInput) (any, error) {
	var v violations
	v.entry(&in.entry, "")
	if in.SequenceNumberForOrdering != "" {
		v.matches(in.SequenceNumberForOrdering, "sequenceNumberForOrdering", sequencePattern)
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	t, err := s.findWritable(in.streamRef, now)
	if err != nil {
		return nil, err
	}
	if err := t.check(&in.entry, ""); err != nil {
		return nil, err
	}
	if err := s.checkOrdering(t, in.SequenceNumberForOrdering, now); err != nil {
		return nil, err
	}
	h, err := t.hash(&in.entry)
	if err != nil {
		return nil, err
	}
	d := t.owner(h, now)
	if err := s.admitPut(t, d, in.bytes(), now); err != nil {
		return nil, err
	}
	return s.put(t, d, &in.entry, now, in.fault), nil
}

type putRecordsInput struct {
	streamRef
	suffering
	Records []entry
}

type putRecordsOutput struct {
	FailedRecordCount int
	Records           []putOutput
}

// putRecords puts none of the entries where one is not valid, else those that
// their shards have room for.
func (s *Server) putRecords(now time.Time, in *putRecordsInput) (any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	t, err := s.findWritable(in.streamRef, now)
	if err != nil {
		return nil, err
	}
	hashes := make([]hashKey, len(in.Records))
	for i := range in.Records {
		if err := t.check(&in.Records[i], member(i)); err != nil {
			return nil, err
		}
		if hashes[i], err = t.hash(&in.Records[i]); err != nil {
			return nil, err
		}
	}
	out := putRecordsOutput{Records: make([]putOutput, len(in.Records))}
	for i := range in.Records {
		out.Records[i] = s.putEntry(t, in, i, hashes[i], now)
		if out.Records[i].ErrorCode != "" {
			out.FailedRecordCount++
		}
	}
	return out, nil
}

func (s *Server) putEntry(t *stream, in *putRecordsInput, i int, h hashKey, now time.Time) putOutput {
	e, d := &in.Records[i], t.owner(h, now)
	if code := in.fault.entry(i); code == throughputExceeded {
		return refusedEntry(s.rateExceeded(t.name, d.id))
	} else if code != "" {
		return refusedEntry(failure(code, internalFailure))
	}
	if err := s.admitPut(t, d, e.bytes(), now); err != nil {
		return refusedEntry(err)
	}
	return s.put(t, d, e, now, in.fault)
}

func refusedEntry(e *apiError) putOutput {
	return putOutput{ErrorCode: e.Type, ErrorMessage: e.Message}
}

func (in *putRecordsInput) check() error {
	var v violations
	switch n := len(in.Records); {
	case n == 0:
		v.add(nil, "records", "Member must have length greater than or equal to 1")
	case n > putRecordsMax:
		v.add(nil, "records", "Member must have length less than or equal to %d", putRecordsMax)
	}
	bytes := 0
	for i := range in.Records {
		v.entry(&in.Records[i], member(i))
		bytes += in.Records[i].bytes()
	}
	if err := v.err(); err != nil {
		return err
	}
	if bytes > putBytesMax {
		return invalidArgument("Records size exceeds 10 MB limit")
	}
	return nil
}

// member is where an entry of PutRecords stands, as AWS' texts count.
func member(i int) string { return fmt.Sprintf("records.%d.member.", i+1) }

// entry checks what the service model says of an entry.
func (v *violations) entry(e *entry, at string) {
	if e.Data == nil {
		v.required("", at+"data")
	}
	v.length(e.PartitionKey, at+"partitionKey", 0, keyLengthMax)
	if e.ExplicitHashKey != "" {
		v.matches(e.ExplicitHashKey, at+"explicitHashKey", hashKeyPattern)
	}
}

// check wants a key where the stream does not distribute by itself, and bounds
// data and key together, by the stream's setting.
func (t *stream) check(e *entry, at string) error {
	var v violations
	if !t.auto {
		v.length(e.PartitionKey, at+"partitionKey", 1, keyLengthMax)
	}
	if most := t.recordKiB << 10; e.bytes() > most {
		v.add(nil, at+"data", "Member must have length less than or equal to %d", most)
	}
	return v.err()
}

// hash is the hash key that an entry goes by.
func (t *stream) hash(e *entry) (hashKey, error) {
	if t.auto {
		t.spread++
		return hashOf(strconv.FormatUint(t.spread, 10)), nil
	}
	if e.ExplicitHashKey == "" {
		return hashOf(e.PartitionKey), nil
	}
	h, ok := parseHashKey(e.ExplicitHashKey)
	if !ok {
		return h, invalidArgument("Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. "+
			"Specified value was %s", e.ExplicitHashKey)
	}
	return h, nil
}

// findWritable is find for what can only be done once a stream has shards.
func (s *Server) findWritable(ref streamRef, now time.Time) (*stream, error) {
	t, err := s.find(ref, now)
	if err != nil {
		return nil, err
	}
	if state := t.status(now); state == creating || state == deleting {
		return nil, s.noStream(t.name)
	}
	return t, nil
}

// checkOrdering checks SequenceNumberForOrdering. Numbers grow by themselves
// here, so nothing else comes of it.
func (s *Server) checkOrdering(t *stream, number string, now time.Time) error {
	if number == "" {
		return nil
	}
	if q, ok := parseSequence(number); ok && q.at <= now.Unix() {
		return nil
	}
	return invalidArgument("ExclusiveMinimumSequenceNumber %s used in PutRecord on stream %s under account %s is invalid.",
		number, t.name, s.account)
}

// put appends a client's record to a shard.
func (s *Server) put(t *stream, d *shard, e *entry, now time.Time, f Fault) putOutput {
	return t.put(d, e, now.Add(f.Arrival), now.Add(s.visibility+f.Late))
}

// put appends a record to a shard.
func (t *stream) put(d *shard, e *entry, arrived, readable time.Time) putOutput {
	r := storedRecord{sequence: t.next(d, arrived), key: e.PartitionKey, data: e.Data, arrived: arrived.UnixMilli(), readable: readable.UnixMilli()}
	d.add(r)
	return putOutput{SequenceNumber: r.sequence, ShardId: d.id}
}

// owner is the shard that takes a hash key; at any time there is one.
func (t *stream) owner(h hashKey, now time.Time) *shard {
	for _, d := range t.shards {
		if d.takes(now) && d.hashes.contains(h) {
			return d
		}
	}
	panic("local: no shard of stream " + t.name + " takes hash key " + h.String())
}
