package cmd

import (
	"strings"
	"testing"

	"kinspect/internal/audience"
	"kinspect/internal/metric"
	"kinspect/trace/receipt"
)

// On AWS there are services around the stream to ask next, unless they were asked.
func TestNextStepBesideTheStream(t *testing.T) {
	const readers, refused = "kinspect shardmap orders --consumers tells who reads it", "--metrics tells of writes that the stream refused"
	orders := receipt.Stream{Name: "orders"}
	for _, c := range []struct {
		r             receipt.Receipt
		want, wantNot string
	}{
		{receipt.Receipt{Verdict: receipt.Found}, readers, refused},
		{receipt.Receipt{Verdict: receipt.Found, Consumers: []audience.Consumer{{Kind: audience.KCL}}}, "at its consumers", readers},
		{receipt.Receipt{Verdict: receipt.Found, Endpoint: "http://127.0.0.1:4567"}, "at its consumers", readers},
		{receipt.Receipt{Verdict: receipt.Absent}, refused, readers},
		{receipt.Receipt{Verdict: receipt.Absent, Metrics: &metric.Metrics{}}, "at the producer", refused},
		{receipt.Receipt{Verdict: receipt.Absent, Endpoint: "local"}, "at the producer", refused},
	} {
		c.r.Stream = orders
		if got := nextStep(c.r); !strings.Contains(got, c.want) || strings.Contains(got, c.wantNot) {
			t.Errorf("%s at %q: %q", c.r.Verdict, c.r.Endpoint, got)
		}
	}
}
