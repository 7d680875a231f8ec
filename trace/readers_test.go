package trace

import (
	"testing"
	"time"

	"kinspect/internal/audience"
)

// What is kept of all kinds of readers is as the schema says.
func TestReadersConform(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", "ord-1")
	r := w.trace("ord-1", func(o *Options) { o.Readers = true })
	if r.Consumers != nil {
		t.Fatalf("an endpoint in this process is read by %+v", r.Consumers)
	}
	at := r.Matches[0].ApproximateArrivalTimestamp.Time
	q := audience.Question{
		Name: r.Stream.Name, ARN: r.Stream.ARN, RecordBytesMax: 10 << 20, Copies: 9,
		Events: []audience.Event{{ShardID: r.Matches[0].ShardID, Number: r.Matches[0].SequenceNumber, ArrivedAt: at}},
	}
	application, _ := audience.Application{Name: "sums", Inputs: []audience.Input{{StreamARN: q.ARN, StartingPosition: "NOW"}}}.Consumer(q)
	r.Consumers = []audience.Consumer{
		audience.Registered{Name: "audit", Status: "ACTIVE", CreatedAt: at.Add(time.Hour)}.Consumer(q),
		audience.Mapping{FunctionARN: "arn:aws:lambda:eu-west-1:123456789012:function:ship", StartingPosition: "LATEST", ModifiedAt: at.Add(time.Hour)}.Consumer(q),
		audience.Mapping{}.Consumer(q), audience.DeliveryStream{Name: "lake"}.Consumer(q), application, audience.None(audience.Lambda),
		{Kind: audience.Firehose, NotChecked: "access denied (firehose:ListDeliveryStreams)"},
	}
	conforms(t, r)
}
