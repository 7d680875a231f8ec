package local

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSequenceNumbersThatOthersGave(t *testing.T) {
	for _, test := range []struct {
		number string
		want   sequence
	}{
		{ // of AWS: created 2026-09-19T01:05:26Z, arrived 01:05:44Z
			"49678472125167179371387171109764757133171034173533585410",
			sequence{created: 1789779926, counter: 0x9d33409, at: 1789779944, shard: 0},
		},
		{ // of kinesalite
			"49680500234504592614612726462051090354470817437436608514",
			sequence{created: 1795463899, counter: 0, at: 1795463901, shard: 0},
		},
	} {
		got, ok := parseSequence(test.number)
		if !ok || got != test.want {
			t.Errorf("parseSequence(%s) = %+v, %v; want %+v", test.number, got, ok, test.want)
		}
		if test.want.String() != test.number {
			t.Errorf("%+v is written %s, want %s", test.want, test.want, test.number)
		}
	}
}

func TestSequenceNumbersOfOtherLayouts(t *testing.T) {
	for _, number := range []string{
		"", "0", "3", "x", "-49678472125167179371387171109764757133171034173533585410",
		"9223372036854775807", // an EndingSequenceNumber of kinesis-mock
		"74107425965128755728308386687147091174006956590945533954", // version 3
		"49678472125167179371387171109764757133171034173533585411", // ends in 3
		"049678472125167179371387171109764757133171034173533585410",
	} {
		if q, ok := parseSequence(number); ok {
			t.Errorf("parseSequence(%q) = %+v, want none", number, q)
		}
	}
}

func TestSequenceRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		q := sequence{
			created: random.Int64N(low36 + 1),
			counter: random.Uint64N(closingCounter + 1),
			at:      random.Int64N(low36 + 1),
			shard:   random.Uint32(),
		}
		got, ok := parseSequence(q.String())
		if !ok || got != q {
			t.Fatalf("parseSequence(%s) = %+v, %v; want %+v", q, got, ok, q)
		}
	}
}

// The order within a shard is that of the numbers: the starting one, the
// records by counter whatever their seconds, and the ending one.
func TestSequenceOrder(t *testing.T) {
	const created = 1795463899
	in := func(counter uint64, at int64) string {
		return sequence{created: created, counter: counter, at: at, shard: 17}.String()
	}
	want := []string{
		"3", "20", "9223372036854775807",
		in(0, created), in(1, created), in(2, created+9), in(3, created), in(1<<63-2, created+8), in(closingCounter, created),
		sequence{created: created + 1, shard: 17}.String(),
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, compareSequences)
	if !slices.Equal(got, want) {
		t.Errorf("sorted:\n%v\nwant\n%v", got, want)
	}
}
