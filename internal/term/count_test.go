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

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 bytes", 1: "1 byte", 99_999: "99,999 bytes", 100_000: "0.1 MB", 3_449_999: "3.4 MB",
	} {
		if got := Bytes(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestList(t *testing.T) {
	for want, names := range map[string][]string{"": nil, "a": {"a"}, "a and b": {"a", "b"}, "a, b and c": {"a", "b", "c"}, "a, b, c and 2 more": {"a", "b", "c", "d", "e"}} {
		if got := List(names, 3); got != want {
			t.Errorf("%q are listed as %q, want %q", names, got, want)
		}
	}
}
