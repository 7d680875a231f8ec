package trace

import (
	"strings"
	"testing"
	"time"

	"kinspect/internal/notice"
	"kinspect/trace/receipt"
)

// caveat is the text of a code; empty where it is not said.
func caveat(r receipt.Receipt, code notice.Code) string {
	for _, c := range r.Caveats {
		if c.Code == code {
			return c.Text
		}
	}
	return ""
}

// Where an event is absent, the nearest record of its partition key shows that the
// producer was there.
func TestNearestOfTheSameKey(t *testing.T) {
	w := newWorld(t, 2)
	w.put("user-88", "ord-1")
	w.Pass(time.Hour)
	around := w.Clock.Now()
	w.put("user-88", "ord-2")
	w.put("user-99", "ord-3")
	w.Pass(time.Hour)
	w.put("user-88", "ord-4")
	r := w.trace("ord-9", keyed("user-88"))
	want(t, r, receipt.Absent)
	if text := caveat(r, notice.SameKey); !strings.HasPrefix(text, `3 user records have the partition key "user-88" and nothing else of the event; the nearest of them arrived at 2026-11-23 12:00:0`) {
		t.Error(text)
	}
	r = w.trace("ord-9", keyed("user-88", func(o *Options) { o.Around, o.Within = around, time.Minute }))
	if text := caveat(r, notice.SameKey); !strings.Contains(text, "the nearest of them arrived at 2026-11-23 11:00:0") || !strings.Contains(text, w.shardOf["user-88"]) {
		t.Error(text)
	}
	r = w.trace("ord-9", keyed("user-99"))
	if text := caveat(r, notice.SameKey); !strings.HasPrefix(text, `1 user record has the partition key "user-99" and nothing else of the event; it arrived at `) {
		t.Error(text)
	}
	for _, r := range []receipt.Receipt{w.trace("ord-9"), w.trace("ord-9", keyed("nobody")), w.trace("ord-2", keyed("user-88"))} {
		if text := caveat(r, notice.SameKey); text != "" {
			t.Error(text)
		}
	}
}

// A match in a shard that a careless consumer never reads is said to be there.
func TestMatchInAClosedShard(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", "ord-1")
	w.Pass(time.Hour)
	w.Split(0, 8)
	w.put("a", "ord-2")
	w.Split(2, 12)
	w.Split(1, 4)
	if text := caveat(w.trace("ord-1"), notice.ClosedShard); !strings.HasPrefix(text, "shardId-000000000000 is closed since 2026-11-23 11:00:0") || !strings.HasSuffix(text, "; a consumer that skips closed shards never reads it") || strings.Contains(text, "after it opened") {
		t.Error(text)
	}
	if text := caveat(w.trace("ord-2"), notice.ClosedShard); !strings.Contains(text, "s after it opened; a consumer that lists shards seldom") {
		t.Error(text)
	}
	w.put("a", "ord-3")
	if text := caveat(w.trace("ord-3"), notice.ClosedShard); text != "" {
		t.Error(text)
	}
}

// Copies are told with their times: a producer's retry comes later.
func TestCopiesHaveTimes(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", "ord-1")
	one := w.trace("ord-1", func(o *Options) { o.All = true })
	if text := printed(t, one); !strings.Contains(text, "  (copy 1 of 1)\n") {
		t.Error(text)
	}
	w.Pass(time.Minute)
	w.put("a", "ord-1")
	text := printed(t, w.trace("ord-1", func(o *Options) { o.All = true }))
	if !strings.Contains(text, "  (copy 1 of 2)  arrived 2026-11-23 10:00:0") || !strings.Contains(text, "  (copy 2 of 2)  arrived 2026-11-23 10:01:1") {
		t.Error(text)
	}
}
