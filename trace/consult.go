package trace

import (
	"context"

	"kinspect/trace/receipt"
)

// consult asks the services around the stream for what was to be known beside the
// verdict, which stands by then. Whatever they refuse to say, it stays as it is; and what
// they say can take a proof away, and never be one.
func (s *search) consult(ctx context.Context, r *receipt.Receipt) {
	r.Consumers = append(r.Consumers, s.applications(ctx, *r)...)
	r.Consumers = append(r.Consumers, s.readers(ctx, *r)...)
	s.metrics(ctx, r)
}
