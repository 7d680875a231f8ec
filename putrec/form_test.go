package putrec

import (
	"errors"
	"strings"
	"testing"

	"kinspect/internal/stream"
)

func TestOptionsRefused(t *testing.T) {
	cases := []struct {
		name    string
		options Options
		want    string // empty: accepted
	}{
		{"nothing said", Options{}, ""},
		{"256 characters, more bytes", Options{PartitionKey: strings.Repeat("ä", 256)}, ""},
		{"257 characters", Options{PartitionKey: strings.Repeat("a", 257)}, "the partition key has 257 characters, and at most 256 are allowed"},
		{"not UTF-8", Options{PartitionKey: "\xff"}, `the partition key "\xff" is not UTF-8`},
		{"the last hash key", Options{ExplicitHashKey: "340282366920938463463374607431768211455"}, ""},
		{"beyond it", Options{ExplicitHashKey: "340282366920938463463374607431768211456"},
			"the explicit hash key is of no use: hash key 340282366920938463463374607431768211456 is outside 0 to 2^128-1"},
		{"no number", Options{ExplicitHashKey: "abc"}, `the explicit hash key is of no use: hash key "abc" is not a decimal number`},
	}
	for _, c := range cases {
		got := ""
		if err := c.options.check(stream.Summary{}); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestEntrySize(t *testing.T) {
	f := form{partitionKey: "käy", recordBytesMax: 10} // the key has 4 bytes
	if _, err := f.record(line{data: []byte("123456"), size: 6}); err != nil {
		t.Errorf("10 bytes in all: %v", err)
	}
	_, err := f.record(line{data: []byte("1234567"), size: 7})
	if size := (*SizeError)(nil); !errors.As(err, &size) || *size != (SizeError{Bytes: 11, Max: 10}) {
		t.Errorf("11 bytes in all: %v", err)
	}
	if _, err := f.record(line{size: 1 << 30}); err == nil {
		t.Error("a line that was not kept becomes a record")
	}
	if _, err := f.record(line{}); !errors.Is(err, ErrEmpty) {
		t.Errorf("no data: %v", err)
	}
}

func TestRandomKeysDiffer(t *testing.T) {
	f := form{recordBytesMax: 100}
	seen := map[string]bool{}
	for range 1000 {
		s, err := f.record(line{data: []byte("x"), size: 1})
		if err != nil || len(s.key) != 2*randomKeyBytes {
			t.Fatalf("key %q, error %v", s.key, err)
		}
		seen[s.key] = true
	}
	if len(seen) != 1000 {
		t.Errorf("%d keys for 1000 records", len(seen))
	}
}

func TestBatchBounds(t *testing.T) {
	sized := func(n int) *outgoing {
		return &outgoing{sources: []*source{{}}, entry: stream.PutEntry{Data: make([]byte, n-1), PartitionKey: "k"}}
	}
	ten, much := bounds{bytes: 10}, bounds{bytes: 1 << 20}
	var b batch
	if !b.has(sized(11), ten) {
		t.Error("a record above the bound has no call of its own")
	}
	b.add(sized(4))
	if !b.has(sized(6), ten) || b.has(sized(7), ten) {
		t.Error("4 bytes of 10: 6 more must go in, and 7 must not")
	}
	if b.full(bounds{lines: 2}) || !b.full(bounds{lines: 1}) || b.has(sized(1), bounds{bytes: 10, lines: 1}) {
		t.Error("one line of a second's two is taken for all, or that of one is not")
	}
	hot := sized(4)
	hot.shard = "hot"
	b.add(hot)
	if again := (&outgoing{shard: "hot", entry: hot.entry}); b.has(again, bounds{bytes: 1 << 20, shardBytes: 7}) || !b.has(again, bounds{bytes: 1 << 20, shardBytes: 8}) {
		t.Error("8 bytes for one shard: they must go into 8, and not into 7")
	}
	long := sized(1)
	long.sources[0].data = make([]byte, heldMax)
	b.records[0].sources[0].data = []byte("x")
	b.held++
	if b.has(long, much) {
		t.Error("records of few bytes that hold on to long lines share a call")
	}
	for !b.full(much) {
		if !b.has(sized(1), much) {
			t.Fatalf("a call of %d records takes no more", len(b.records))
		}
		b.add(sized(1))
	}
	if len(b.records) != stream.PutRecordsMax || b.has(sized(1), much) {
		t.Errorf("a full call has %d records, and takes more: %v", len(b.records), b.has(sized(1), much))
	}
}

func TestFailureInWords(t *testing.T) {
	cases := map[string]Failure{
		"the record is empty":                                                   {Line: 3, Err: ErrEmpty},
		"Slow down (10 attempts)":                                               {Line: 4, Err: errors.New("Slow down"), Attempts: 10},
		"interrupted; it may be in the stream all the same":                     {Line: 5, Err: interrupted{}, Attempts: 1, MaybePut: true},
		"the record has 9 bytes with its partition key, and the stream takes 8": {Line: 6, Err: &SizeError{9, 8}},
	}
	for want, f := range cases {
		if got := f.Reason(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
