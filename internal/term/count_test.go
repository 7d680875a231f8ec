package term

import "testing"

func TestCount(t *testing.T) {
	for n, want := range map[int]string{
		0: "0 shards", 1: "1 shard", 2: "2 shards", 999: "999 shards", 1000: "1,000 shards",
		123456: "123,456 shards", 1234567: "1,234,567 shards", -123: "-123 shards", -1234: "-1,234 shards",
	} {
		if got := Count(n, "shard"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
