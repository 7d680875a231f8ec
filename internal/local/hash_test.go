package local

import "testing"

func TestHashOfPartitionKey(t *testing.T) {
	for key, want := range map[string]string{
		"abc":    "191415658344158766168031473277922803570", // in AWS' sample of an aggregated record
		"":       "281949768489412648962353822266799178366", // d41d8cd98f00b204e9800998ecf8427e
		"ключ-1": "249827408990363027070230233552106585049",
	} {
		if got := hashOf(key).String(); got != want {
			t.Errorf("hashOf(%q) = %s, want %s", key, got, want)
		}
	}
}

func TestUniform(t *testing.T) {
	for _, test := range []struct {
		shards int
		starts []string
	}{
		{1, []string{"0"}},
		{2, []string{"0", half}},
		{3, []string{"0", "113427455640312821154458202477256070485", "226854911280625642308916404954512140970"}},
		{4, []string{"0", "85070591730234615865843651857942052864", half, "255211775190703847597530955573826158592"}},
	} {
		for i, r := range uniform(test.shards) {
			if r.start.String() != test.starts[i] {
				t.Errorf("shard %d of %d starts at %s, want %s", i, test.shards, r.start, test.starts[i])
			}
		}
	}
}

func TestUniformCoversAllKeysOnce(t *testing.T) {
	for n := 1; n <= 70; n++ {
		ranges := uniform(n)
		if ranges[0].start != firstHashKey || ranges[n-1].end != lastHashKey {
			t.Errorf("%d shards leave an end out: %v", n, ranges)
		}
		for i := 1; i < n; i++ {
			if ranges[i-1].end.plus(1) != ranges[i].start {
				t.Errorf("%d shards: no seam at %d", n, i)
			}
		}
	}
}

func TestHashRangeHasBothEnds(t *testing.T) {
	r := uniform(3)[1]
	for _, test := range []struct {
		key  hashKey
		want bool
	}{
		{r.start, true}, {r.end, true}, {r.start.plus(-1), false}, {r.end.plus(1), false},
		{firstHashKey, false}, {lastHashKey, false},
	} {
		if got := r.contains(test.key); got != test.want {
			t.Errorf("contains(%s) = %v, want %v", test.key, got, test.want)
		}
	}
}

func TestParseHashKey(t *testing.T) {
	for _, text := range []string{"0", "1", half, last} {
		if h, ok := parseHashKey(text); !ok || h.String() != text {
			t.Errorf("parseHashKey(%s) = %s, %v", text, h, ok)
		}
	}
	for _, text := range []string{"", "-1", "x", "340282366920938463463374607431768211456"} {
		if h, ok := parseHashKey(text); ok {
			t.Errorf("parseHashKey(%q) = %s, want none", text, h)
		}
	}
}
