package lease

import "testing"

// The KCL's own order: AT_TIMESTAMP, TRIM_HORIZON, LATEST, the numbers, SHARD_END.
func TestCheckpointsAreOrdered(t *testing.T) {
	ordered := []Checkpoint{
		{Sentinel: AtTimestamp}, {Sentinel: TrimHorizon}, {Sentinel: Latest},
		{Number: "0"}, {Number: "9"}, {Number: "9", Sub: 1}, {Number: "9", Sub: 10}, {Number: "10"}, {Number: "99"}, {Number: "100"},
		{Sentinel: ShardEnd},
	}
	for i, a := range ordered {
		for j, b := range ordered {
			got, want := a.Compare(b), i-j
			if (got < 0) != (want < 0) || (got > 0) != (want > 0) {
				t.Errorf("%s against %s: %d", a, b, got)
			}
		}
	}
}

func TestParseCheckpoint(t *testing.T) {
	for _, c := range []struct {
		text, sub string
		want      string // as it is spelled; empty: refused
	}{
		{"49678472125167179371387171109764757133171034173533585410", "0", "49678472125167179371387171109764757133171034173533585410"},
		{"12", "", "12"}, // no sub-sequence number was written
		{"12", "3", "12:3"},
		{"SHARD_END", "0", "SHARD_END"},
		{"TRIM_HORIZON", "9", "TRIM_HORIZON"}, // it says nothing there
		{"LATEST", "0", "LATEST"},
		{"AT_TIMESTAMP", "0", "AT_TIMESTAMP"},
		{"", "", ""},
		{"shard_end", "0", ""},
		{"012", "0", ""},
		{"-3", "0", ""},
		{"12", "x", ""},
		{"12", "-1", ""},
		{"12", "1.5", ""},
	} {
		got, err := parseCheckpoint(c.text, c.sub)
		if (err != nil) != (c.want == "") || err == nil && got.String() != c.want {
			t.Errorf("checkpoint %q, %q: %s, %v, want %q", c.text, c.sub, got, err, c.want)
		}
	}
}
