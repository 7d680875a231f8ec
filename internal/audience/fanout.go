package audience

import (
	"fmt"
	"time"

	"kinspect/internal/record"
)

// Registered is a consumer that is registered for enhanced fan-out.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Consumer.html
type Registered struct {
	Name, ARN string
	// Status is CREATING, DELETING or ACTIVE.
	Status    string
	CreatedAt time.Time
}

// Consumer is what a registered consumer tells. It was registered before it could read,
// and may have begun at any position then.
//
// https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
func (r Registered) Consumer(q Question) Consumer {
	c := Consumer{Kind: FanOut, Name: r.Name, ARN: r.ARN, State: r.Status, Since: record.Timestamp{Time: r.CreatedAt}}
	c.tell(q.each(func(e Event) []string {
		if !e.before(r.CreatedAt) {
			return nil
		}
		return []string{fmt.Sprintf("it was registered at %s, after the event had come: it was given the event only if it began at an earlier position, such as TRIM_HORIZON", words(r.CreatedAt))}
	})...)
	c.tell("no position is told, nor a sequence number; CloudWatch tells how far behind it is: SubscribeToShardEvent.MillisBehindLatest of ConsumerName " + r.Name)
	if r.Status != "" && r.Status != "ACTIVE" {
		c.tell("it is " + r.Status + ": only an ACTIVE one can read")
	}
	return c
}

// tell adds sentences.
func (c *Consumer) tell(sentences ...string) { c.Tells = append(c.Tells, sentences...) }
