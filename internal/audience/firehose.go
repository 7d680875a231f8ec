package audience

import (
	"fmt"
	"time"

	"kinspect/internal/record"
	"kinspect/internal/term"
)

// DeliveryStream is a Firehose stream whose source is the stream.
//
// https://docs.aws.amazon.com/firehose/latest/APIReference/API_KinesisStreamSourceDescription.html
type DeliveryStream struct {
	Name, ARN string
	// Status is ACTIVE, CREATING, CREATING_FAILED, DELETING or DELETING_FAILED.
	Status string
	// StartedAt is DeliveryStartTimestamp: what it reads came then or later.
	StartedAt time.Time
	// Failure is why its status is not what it should be.
	Failure string
}

// Consumer is what a Firehose stream tells.
//
// https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html
func (d DeliveryStream) Consumer(q Question) Consumer {
	c := Consumer{Kind: Firehose, Name: d.Name, ARN: d.ARN, State: d.Status, Since: record.Timestamp{Time: d.StartedAt}}
	c.tell(q.each(func(e Event) []string {
		if !e.before(d.StartedAt) {
			return nil
		}
		return []string{fmt.Sprintf("not delivered by it: it reads from its DeliveryStartTimestamp on, %s, and the event came before", words(d.StartedAt))}
	})...)
	c.tell("no position is told; CloudWatch tells how far behind it is, of all shards together, KinesisMillisBehindLatest of DeliveryStreamName "+d.Name+", and how much it read: DataReadFromKinesisStream.Records",
		"it takes aggregates of the KPL apart by itself")
	if d.Status != "" && d.Status != "ACTIVE" {
		c.tell("it is " + d.Status + ": only an ACTIVE one is sure to read")
	}
	if d.Failure != "" {
		c.tell("Firehose says of that: " + term.Clip(d.Failure, textMax))
	}
	return c
}
