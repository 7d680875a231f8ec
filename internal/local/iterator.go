package local

import (
	"time"
)

// iteratorLifetime is how long a shard iterator can be used. Source: the
// service model's text on GetShardIterator.
const iteratorLifetime = 300 * time.Second

// The types of a shard iterator.
const (
	atSequenceNumber    = "AT_SEQUENCE_NUMBER"
	afterSequenceNumber = "AFTER_SEQUENCE_NUMBER"
	trimHorizon         = "TRIM_HORIZON"
	latest              = "LATEST"
)

type iteratorInput struct {
	streamRef
	ShardId                string
	ShardIteratorType      string
	StartingSequenceNumber string
	Timestamp              *epoch
}

type iteratorOutput struct{ ShardIterator string }

func (s *Server) getShardIterator(now time.Time, in *iteratorInput) (any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	t, err := s.find(in.streamRef, now)
	if err != nil {
		return nil, err
	}
	d := t.shard(in.ShardId, now)
	if d == nil || t.status(now) == creating {
		return nil, s.noShard(t.name, in.ShardId)
	}
	if err := s.admitIterator(t, d, now); err != nil {
		return nil, err
	}
	t.trim(now)
	p, err := s.position(t, d, now, in)
	if err != nil {
		return nil, err
	}
	return iteratorOutput{iteratorTo(t, d, p, now)}, nil
}

func (in *iteratorInput) check() error {
	var v violations
	v.name(in.ShardId, "shardId")
	if v.required(in.ShardIteratorType, "shardIteratorType") {
		v.oneOf(in.ShardIteratorType, "shardIteratorType",
			afterSequenceNumber, latest, atTimestamp, atSequenceNumber, trimHorizon)
	}
	if in.StartingSequenceNumber != "" {
		v.matches(in.StartingSequenceNumber, "startingSequenceNumber", sequencePattern)
	}
	return v.err()
}

func (s *Server) noShard(stream, id string) error {
	return notFound("Shard %s in stream %s under account %s does not exist", id, stream, s.account)
}

// position is the place that a request for an iterator names.
func (s *Server) position(t *stream, d *shard, now time.Time, in *iteratorInput) (place, error) {
	bySequence := in.ShardIteratorType == atSequenceNumber || in.ShardIteratorType == afterSequenceNumber
	switch {
	case bySequence && in.StartingSequenceNumber == "":
		return place{}, oneOrOther(in.ShardIteratorType, "no")
	case bySequence:
		after := in.ShardIteratorType == afterSequenceNumber
		return place{in.StartingSequenceNumber, after}, s.checkSequence(t, d, in.StartingSequenceNumber)
	case in.StartingSequenceNumber != "":
		return place{}, oneOrOther(in.ShardIteratorType, "also a")
	case in.ShardIteratorType == atTimestamp:
		return d.positionAt(in.Timestamp, now)
	case in.ShardIteratorType == latest:
		return d.tip(), nil
	default:
		return d.start(), nil
	}
}

func oneOrOther(kind, which string) error {
	return invalidArgument("Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or "+
		"(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. "+
		"Request specified %s and %s StartingSequenceNumber.", kind, which)
}

// positionAt is the place of a time, which must not be in the future.
func (d *shard) positionAt(at *epoch, now time.Time) (place, error) {
	if at == nil {
		return place{}, invalidArgument("Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. " +
			"Current request has no timestamp parameter.")
	}
	if *at > epochOf(now) {
		return place{}, invalidArgument("The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. "+
			"timestampInMillis: %d, currentTimestampInMillis: %d", *at, epochOf(now))
	}
	return d.placeAt(*at), nil
}

// checkSequence refuses a sequence number that this shard cannot have given. In
// a shard whose own numbers have another layout, as a capture's may, there is
// nothing to tell it by.
func (s *Server) checkSequence(t *stream, d *shard, number string) error {
	ours, ok := parseSequence(d.starting)
	if !ok {
		return nil
	}
	used := func(why string) error {
		return invalidArgument("StartingSequenceNumber %s used in GetShardIterator on shard %s in stream %s under account %s is invalid%s",
			number, d.id, t.name, s.account, why)
	}
	q, ok := parseSequence(number)
	switch {
	case !ok:
		return used(".")
	case q.shard != ours.shard:
		return invalidArgument("Invalid StartingSequenceNumber. It encodes %s, while it was used in a call to a shard with %s",
			shardID(int(q.shard)), d.id)
	case q.created != ours.created:
		return used(" because it did not come from this stream.")
	}
	return nil
}

// iterator is what a shard iterator says.
type iterator struct {
	Stream   string `json:"t"`
	Created  int64  `json:"c"` // the stream's creation: one of the same name is another stream
	Shard    int    `json:"d"` // its index
	Sequence string `json:"q"`
	After    bool   `json:"a,omitempty"`
	Issued   int64  `json:"i"` // in milliseconds since 1970
}

func iteratorTo(t *stream, d *shard, p place, now time.Time) string {
	return seal(iterator{t.name, t.created.UnixMilli(), d.index, p.sequence, p.after, now.UnixMilli()})
}

// follow finds what an iterator points to.
func (s *Server) follow(token string, now time.Time) (*stream, *shard, place, error) {
	var it iterator
	if !unseal(token, &it) {
		return nil, nil, place{}, invalidArgument("Invalid ShardIterator.")
	}
	if issued := time.UnixMilli(it.Issued); now.Sub(issued) > iteratorLifetime {
		return nil, nil, place{}, expiredIterator(issued, now)
	}
	t, err := s.find(streamRef{StreamName: it.Stream}, now)
	if err != nil {
		return nil, nil, place{}, err
	}
	if t.created.UnixMilli() != it.Created || it.Shard >= len(t.shards) {
		return nil, nil, place{}, s.noShard(it.Stream, shardID(it.Shard))
	}
	d := t.shards[it.Shard]
	if d.expired(t.horizon(now)) {
		return nil, nil, place{}, s.noShard(it.Stream, d.id)
	}
	return t, d, place{it.Sequence, it.After}, nil
}

func expiredIterator(issued, now time.Time) *apiError {
	const layout = "Mon Jan 02 15:04:05 UTC 2006"
	return failure("ExpiredIteratorException", "Iterator expired. The iterator was created at time %s while right now it is %s "+
		"which is further in the future than the tolerated delay of %d milliseconds.",
		issued.UTC().Format(layout), now.UTC().Format(layout), iteratorLifetime.Milliseconds())
}
