package local

import (
	"testing"
	"time"
)

func TestBucket(t *testing.T) {
	four := rate{perSecond: 4, burst: 8}
	for _, test := range []struct {
		name  string
		spent []int64
		after time.Duration
		n     int64
		fits  bool
	}{
		{"a new one is full", nil, 0, 8, true},
		{"and holds no more", nil, time.Hour, 9, false},
		{"what is left", []int64{3, 4}, 0, 1, true},
		{"no more than is left", []int64{3, 4}, 0, 2, false},
		{"a moment too early", []int64{8}, 250*time.Millisecond - 1, 1, false},
		{"just filled", []int64{8}, 250 * time.Millisecond, 1, true},
		{"filled to the brim only", []int64{8}, time.Hour, 9, false},
		{"in debt", []int64{10}, 500*time.Millisecond - 1, 0, false},
		{"out of debt", []int64{10}, 500 * time.Millisecond, 0, true},
	} {
		var b bucket
		for _, n := range test.spent {
			b.spend(four, n, noon)
		}
		if got := b.fits(four, test.n, noon.Add(test.after)); got != test.fits {
			t.Errorf("%s: fits %t", test.name, got)
		}
	}
}
