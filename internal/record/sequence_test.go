package record

import (
	"strings"
	"testing"
	"time"
)

func TestPartsOfObservedNumbers(t *testing.T) {
	cases := []struct {
		number      SequenceNumber
		created, at string
		shard       uint32
	}{
		{"49678472125167179371387171109764757133171034173533585410", "2026-09-19T01:05:26Z", "2026-09-19T01:05:44Z", 0},
		{"49680500234504592614612726462051090354470817437436608514", "2026-11-23T19:58:19Z", "2026-11-23T19:58:21Z", 0},
	}
	for _, c := range cases {
		parts, ok := c.number.Parts()
		if !ok {
			t.Fatalf("%s does not decode", c.number)
		}
		if got := parts.ShardCreatedAt.Format(time.RFC3339); got != c.created {
			t.Errorf("%s: shard created at %s, want %s", c.number, got, c.created)
		}
		if got := parts.At.Format(time.RFC3339); got != c.at {
			t.Errorf("%s: at %s, want %s", c.number, got, c.at)
		}
		if parts.ShardIndex != c.shard {
			t.Errorf("%s: shard %d, want %d", c.number, parts.ShardIndex, c.shard)
		}
	}
}

func TestPartsRefusesOtherLayouts(t *testing.T) {
	for _, number := range []SequenceNumber{
		"", "0", "3", "x", "-5", "9223372036854775807", // moto, kinesis-mock
		"74107425965128755728308386687147091174006956590945533954", // unknown version, from the KCL's tests
		SequenceNumber(strings.Repeat("9", 130)),
	} {
		if _, ok := number.Parts(); ok {
			t.Errorf("%q decodes, and should not", number)
		}
	}
}

func TestCompareIsNumeric(t *testing.T) {
	ordered := []SequenceNumber{"", "0", "9", "10", "99", "100", "49678472125167179371387171109764757133171034173533585410"}
	for i, a := range ordered {
		for j, b := range ordered {
			got, want := a.Compare(b), i-j
			if (got < 0) != (want < 0) || (got > 0) != (want > 0) {
				t.Errorf("%q against %q: %d", a, b, got)
			}
		}
	}
}
