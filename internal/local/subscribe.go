package local

import "time"

// The rules of subscriptions. Source: the service model's text on SubscribeToShard.
const (
	subscriptionMax    = 5 * time.Minute // it lives at the most
	subscribeAgain     = 5 * time.Second // none sooner after one that succeeded
	subscribePerSecond = 1               // calls, of a consumer and a shard
	// heartbeat is how often an event comes where there is nothing to read. Not
	// documented: about 5 s were seen.
	heartbeat = 5 * time.Second
)

var subscribeRate = rate{subscribePerSecond, subscribePerSecond}

type subscribeInput struct {
	suffering
	ConsumerARN      string
	ShardId          string
	StartingPosition struct {
		Type           string
		SequenceNumber string
		Timestamp      *epoch
	}
}

// subscription is a consumer that is pushed a shard.
type subscription struct {
	stream   *stream
	shard    *shard
	consumer *consumer
	at       place
	told     string // to continue with, of late
	began    time.Time
	sent     time.Time // the last event; zero: none
	free     time.Time // from when on the quota lets more through
	taken    bool      // another one took over
	fault    Fault
}

func (s *Server) subscribeToShard(now time.Time, in *subscribeInput) (any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	t, c, err := s.consumer(&consumerRef{ConsumerARN: in.ConsumerARN}, now)
	if err != nil {
		return nil, err
	}
	d := t.shard(in.ShardId, now)
	if d == nil || t.status(now) == creating {
		return nil, s.noShard(t.name, in.ShardId)
	}
	if c.status(now) != active {
		return nil, inUse("Consumer %s with creation timestamp %d under stream: %s, account %s is not in ACTIVE status.", c.name, c.created.Unix(), t.name, s.account)
	}
	turn := c.turn(d)
	if s.quotas && !turn.asked.fits(subscribeRate, 1, now) {
		return nil, limitExceeded("Rate exceeded for consumer %s and shard %s.", in.ConsumerARN, d.id)
	}
	turn.asked.spend(subscribeRate, 1, now)
	if now.Sub(turn.subscribed) < subscribeAgain {
		return nil, s.subscribed(t, d, c)
	}
	t.trim(now)
	at, err := s.position(t, d, now, &iteratorInput{
		ShardIteratorType: in.StartingPosition.Type, StartingSequenceNumber: in.StartingPosition.SequenceNumber, Timestamp: in.StartingPosition.Timestamp,
	})
	if err != nil {
		return nil, err
	}
	if turn.open != nil {
		turn.open.taken = true
	}
	turn.subscribed = now
	turn.open = &subscription{stream: t, shard: d, consumer: c, at: at, began: now, fault: in.fault}
	return turn.open, nil
}

// subscribed is what AWS says to who subscribes too soon, and to whom another one took
// the subscription from. Source: https://github.com/awslabs/amazon-kinesis-client/issues/391
func (s *Server) subscribed(t *stream, d *shard, c *consumer) *apiError {
	return inUse("Another active subscription exists for this consumer: %s:%s:%s:%s", s.account, t.name, d.id, c.name)
}

func (in *subscribeInput) check() error {
	var v violations
	v.required(in.ConsumerARN, "consumerARN")
	v.name(in.ShardId, "shardId")
	if v.required(in.StartingPosition.Type, "startingPosition.type") {
		v.oneOf(in.StartingPosition.Type, "startingPosition.type",
			afterSequenceNumber, latest, atTimestamp, atSequenceNumber, trimHorizon)
	}
	if n := in.StartingPosition.SequenceNumber; n != "" {
		v.matches(n, "startingPosition.sequenceNumber", sequencePattern)
	}
	return v.err()
}
