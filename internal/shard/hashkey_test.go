package shard

import (
	"crypto/md5"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const maxDecimal = "340282366920938463463374607431768211455" // 2^128 − 1

func TestHashOf(t *testing.T) {
	cases := map[string]string{
		"abc": "191415658344158766168031473277922803570", // the explicit hash key in kinesis-aggregation's SampleLambdaEvent.json
		"a":   "16955237001963240173058271559858726497",
		"":    "281949768489412648962353822266799178366",
	}
	for key, want := range cases {
		if got := HashOf(key).String(); got != want {
			t.Errorf("HashOf(%q) = %s, want %s", key, got, want)
		}
	}
}

func TestHashOfIsBigEndianMD5OfAnyKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.String().Draw(t, "key")
		sum := md5.Sum([]byte(key))
		if got, want := HashOf(key).String(), new(big.Int).SetBytes(sum[:]).String(); got != want {
			t.Fatalf("HashOf(%q) = %s, want %s", key, got, want)
		}
	})
}

// anyHashKey draws halves that are often 0 or all ones, where carries happen.
func anyHashKey() *rapid.Generator[HashKey] {
	half := rapid.OneOf(rapid.SampledFrom([]uint64{0, 1, ^uint64(0), 1 << 63}), rapid.Uint64())
	return rapid.Custom(func(t *rapid.T) HashKey {
		return HashKey{Hi: half.Draw(t, "hi"), Lo: half.Draw(t, "lo")}
	})
}

func TestHashKeysAgreeWithMathBig(t *testing.T) {
	reference := func(h HashKey) *big.Int {
		n := new(big.Int).Lsh(new(big.Int).SetUint64(h.Hi), 64)
		return n.Or(n, new(big.Int).SetUint64(h.Lo))
	}
	limit := new(big.Int).Lsh(big.NewInt(1), 128)
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyHashKey().Draw(t, "a"), anyHashKey().Draw(t, "b")
		bigA, bigB := reference(a), reference(b)
		if a.String() != bigA.String() {
			t.Fatalf("%#v prints %s, want %s", a, a, bigA)
		}
		if parsed, err := ParseHashKey(bigA.String()); err != nil || parsed != a {
			t.Fatalf("ParseHashKey(%s) = %#v, %v", bigA, parsed, err)
		}
		if got, want := a.Compare(b), bigA.Cmp(bigB); got != want {
			t.Fatalf("%s against %s: %d, want %d", a, b, got, want)
		}
		wantNext := new(big.Int).Add(bigA, big.NewInt(1))
		next, ok := a.Next()
		if ok != (wantNext.Cmp(limit) < 0) || ok && next.String() != wantNext.String() {
			t.Fatalf("the place after %s is %s, %v", a, next, ok)
		}
	})
}

func TestParseHashKeyRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", "x", "1x", "x1", "1 2", " 1", "1\n", "+1", "-1", "-0", "1_000", "0x10", "1e3", "1.0", "٣",
		"00", "01",
		"340282366920938463463374607431768211456", // 2^128
		"999999999999999999999999999999999999999",
		"1" + maxDecimal,
		strings.Repeat("9", 1<<20),
	} {
		if h, err := ParseHashKey(text); err == nil {
			t.Errorf("%.50q is read as %s", text, h)
		}
	}
}

func TestParseHashKeyReadsTheEnds(t *testing.T) {
	for text, want := range map[string]HashKey{"0": {}, "1": {Lo: 1}, maxDecimal: MaxHashKey} {
		if got, err := ParseHashKey(text); err != nil || got != want {
			t.Errorf("ParseHashKey(%s) = %#v, %v", text, got, err)
		}
	}
}

// small makes a range near the start of the key space.
func small(start, end uint64) Range { return Range{HashKey{Lo: start}, HashKey{Lo: end}} }

// toEnd makes a range from start to the last place.
func toEnd(start uint64) Range { return Range{HashKey{Lo: start}, MaxHashKey} }

func TestRangeContainsBothEnds(t *testing.T) {
	high := Range{HashKey{Hi: 1}, HashKey{Hi: 2, Lo: 5}}
	cases := []struct {
		in    Range
		place HashKey
		want  bool
	}{
		{small(5, 9), HashKey{Lo: 4}, false},
		{small(5, 9), HashKey{Lo: 5}, true},
		{small(5, 9), HashKey{Lo: 9}, true},
		{small(5, 9), HashKey{Lo: 10}, false},
		{small(5, 5), HashKey{Lo: 5}, true},
		{small(9, 5), HashKey{Lo: 7}, false}, // inverted: it holds nothing
		{high, HashKey{Lo: ^uint64(0)}, false},
		{high, HashKey{Hi: 1, Lo: ^uint64(0)}, true}, // the low half alone would say no
		{high, HashKey{Hi: 2, Lo: 6}, false},
		{toEnd(0), HashKey{}, true},
		{toEnd(0), MaxHashKey, true},
	}
	for _, c := range cases {
		if got := c.in.Contains(c.place); got != c.want {
			t.Errorf("%v holds %v: %v, want %v", c.in, c.place, got, c.want)
		}
	}
}

func TestShare(t *testing.T) {
	cases := []struct {
		in   Range
		want float64
	}{
		{toEnd(0), 1},
		{Range{HashKey{}, HashKey{Hi: 1<<63 - 1, Lo: ^uint64(0)}}, 0.5},
		{Range{HashKey{Hi: 3 << 62}, MaxHashKey}, 0.25},
		{small(7, 7), 1.0 / (1 << 64) / (1 << 64)},
		{small(9, 5), 0},
	}
	for _, c := range cases {
		if got := c.in.Share(); got != c.want {
			t.Errorf("share of %v is %v, want %v", c.in, got, c.want)
		}
	}
}

func TestCovers(t *testing.T) {
	cases := []struct {
		name   string
		ranges []Range
		want   bool
	}{
		{"nothing", nil, false},
		{"all in one", []Range{toEnd(0)}, true},
		{"adjacent", []Range{small(0, 4), toEnd(5)}, true},
		{"out of order", []Range{toEnd(10), small(0, 4), small(5, 9)}, true},
		{"overlapping", []Range{small(0, 7), toEnd(5)}, true},
		{"one within another", []Range{small(0, 20), small(5, 9), toEnd(21)}, true},
		{"the same twice", []Range{toEnd(0), toEnd(0)}, true},
		{"one place missing", []Range{small(0, 4), toEnd(6)}, false},
		{"a gap beside an overlap", []Range{small(0, 7), small(5, 9), toEnd(11)}, false},
		{"the first place missing", []Range{toEnd(1)}, false},
		{"the last place missing", []Range{{HashKey{}, HashKey{^uint64(0), ^uint64(0) - 1}}}, false},
		{"only the last place", []Range{{MaxHashKey, MaxHashKey}}, false},
		{"an inverted range closes no gap", []Range{small(0, 4), small(9, 5), toEnd(10)}, false},
		{"an inverted range beside a whole one", []Range{small(9, 5), toEnd(0)}, true},
		{"two shards of AWS", cutAt("170141183460469231731687303715884105728"), true},
		// It cuts at (2^128-1)/n, one place below AWS where n is a power of 2.
		{"two shards of kinesis-local", cutAt("170141183460469231731687303715884105727"), true},
	}
	for _, c := range cases {
		if got := Covers(c.ranges); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// cutAt makes the ranges that begin at 0 and at each of the cuts.
func cutAt(cuts ...string) []Range {
	ranges, start := []Range{}, HashKey{}
	for _, cut := range cuts {
		next := mustParse(cut)
		ranges = append(ranges, Range{start, HashKey{next.Hi, next.Lo - 1}})
		start = next
	}
	return append(ranges, Range{start, MaxHashKey})
}

func mustParse(text string) HashKey {
	h, err := ParseHashKey(text)
	if err != nil {
		panic(err)
	}
	return h
}

// TestCoversAgreesWithCounting compares with the obvious way on a key space
// folded to its last 16 places.
func TestCoversAgreesWithCounting(t *testing.T) {
	const places = 16
	place := func(i int) HashKey { return HashKey{^uint64(0), ^uint64(0) - places + 1 + uint64(i)} }
	rapid.Check(t, func(t *rapid.T) {
		ranges := []Range{{HashKey{}, place(0)}}
		held := [places]bool{0: true}
		for range rapid.IntRange(0, 8).Draw(t, "n") {
			start, end := rapid.IntRange(0, places-1).Draw(t, "start"), rapid.IntRange(0, places-1).Draw(t, "end")
			ranges = append(ranges, Range{place(start), place(end)})
			for i := start; i <= end; i++ {
				held[i] = true
			}
		}
		want := held == [places]bool{true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true}
		if got := Covers(ranges); got != want {
			t.Fatalf("%v cover all: %v, want %v", ranges, got, want)
		}
	})
}
