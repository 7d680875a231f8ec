// Package scale holds traces of big streams against what they may take: the time of a
// shard's quota, and the memory that was given. It has tests only, which are apart since
// they take long.
package scale

import (
	"testing"

	"kinspect/trace/receipt"
)

func want(t *testing.T, r receipt.Receipt, verdict receipt.Verdict) {
	t.Helper()
	if r.Verdict != verdict {
		t.Fatalf("verdict %s for %v, want %s", r.Verdict, r.Reasons, verdict)
	}
}
