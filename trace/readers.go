package trace

import (
	"context"

	"kinspect/internal/audience"
	"kinspect/trace/receipt"
)

// readers are what reads the stream, and what that tells of the first matches. An endpoint
// in this process has nothing around it, and a search that was interrupted ends.
func (s *search) readers(ctx context.Context, r receipt.Receipt) []audience.Consumer {
	if !s.Readers || s.Services == nil || ctx.Err() != nil {
		return nil
	}
	q := audience.Question{Name: s.before.Name, ARN: s.before.ARN, RecordBytesMax: s.before.RecordBytesMax, Copies: len(r.Matches)}
	for _, m := range r.Matches[:min(len(r.Matches), audience.EventsMax)] {
		q.Events = append(q.Events, audience.Event{ShardID: m.ShardID, Number: m.SequenceNumber, ArrivedAt: m.ApproximateArrivalTimestamp.Time})
	}
	return s.Services.Consumers(ctx, s.client, q, s.FanOut)
}
