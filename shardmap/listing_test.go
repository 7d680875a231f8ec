package shardmap

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"kinspect/internal/shard"
)

const (
	oneShard = `{"ShardId":"shardId-000000000000","HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"9"},"SequenceNumberRange":{"StartingSequenceNumber":"1"}}`
	child    = `{"ShardId":"shardId-000000000002","ParentShardId":"shardId-000000000000","AdjacentParentShardId":"shardId-000000000001",
		"HashKeyRange":{"StartingHashKey":"10","EndingHashKey":"340282366920938463463374607431768211455"},
		"SequenceNumberRange":{"StartingSequenceNumber":"1","EndingSequenceNumber":"2"}}`
)

func TestReadListing(t *testing.T) {
	l, err := ReadListing(strings.NewReader(`{"Shards":[`+child+","+oneShard+`]}`), "orders")
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Shards) != 2 || l.Stream.Name != "orders" || l.Partial {
		t.Fatalf("%+v", l)
	}
	want := shard.Shard{
		ID: id(2), Parent: id(0), AdjacentParent: id(1), Starting: "1", Ending: "2",
		Range: shard.Range{Start: shard.HashKey{Lo: 10}, End: shard.MaxHashKey},
	}
	if l.Shards[1] != want {
		t.Errorf("%+v, want %+v", l.Shards[1], want)
	}
}

// A shard may have a single hash key.
func TestReadListingOfATinyShard(t *testing.T) {
	if _, err := ReadListing(strings.NewReader(`{"Shards":[`+strings.Replace(oneShard, `"9"`, `"0"`, 1)+`]}`), "orders"); err != nil {
		t.Error(err)
	}
}

// What PowerShell writes has a byte order mark, and may be UTF-16.
func TestReadListingBehindAByteOrderMark(t *testing.T) {
	if l, err := ReadListing(strings.NewReader("\ufeff"+`{"Shards":[`+oneShard+`]}`), "orders"); err != nil || len(l.Shards) != 1 {
		t.Errorf("%+v, %v", l, err)
	}
	if _, err := ReadListing(strings.NewReader("\xff\xfe{\x00"), "orders"); err == nil || err.Error() != "it is UTF-16, not UTF-8" {
		t.Error(err)
	}
}

// A listing does not tell how its stream distributes records.
func TestListingPredictsOnCondition(t *testing.T) {
	l, err := ReadListing(strings.NewReader(`{"Shards":[`+child+","+oneShard+`]}`), "orders")
	if err != nil {
		t.Fatal(err)
	}
	const condition = "distribution strategy unknown: if it is AUTO, no key chooses the shard"
	m := Build(l.Header, l.Shards, now)
	for _, o := range []Options{{}, asked(t), counted(), {Suggest: true}} {
		if text := printed(t, m, pipe, o); strings.Count(text, condition) != 1 {
			t.Error(text)
		}
	}
}

func TestReadListingOfDescribeStream(t *testing.T) {
	for spelled, want := range map[string]time.Time{
		`"2026-11-22T10:15:02.117000+00:00"`: created.Add(117 * time.Millisecond),
		`1795342502.117`:                     created.Add(117 * time.Millisecond),
		`null`:                               {},
		`"yesterday"`:                        {},
	} {
		l, err := ReadListing(strings.NewReader(`{"StreamDescription":{"StreamName":"other","StreamARN":"arn:aws:kinesis:eu-west-1:123456789012:stream/other",
			"StreamStatus":"ACTIVE","StreamModeDetails":{"StreamMode":"PROVISIONED"},"RetentionPeriodHours":48,"EncryptionType":"KMS",
			"HasMoreShards":true,"StreamCreationTimestamp":`+spelled+`,"Shards":[`+oneShard+`]}}`), "orders")
		if err != nil {
			t.Fatal(err)
		}
		if l.Region != "eu-west-1" || l.Account != "123456789012" || l.Stream.Name != "orders" || l.Stream.RetentionHours != 48 ||
			l.Stream.Mode != "PROVISIONED" || !l.Partial || len(l.Shards) != 1 {
			t.Errorf("%+v", l)
		}
		if at := l.Stream.CreatedAt; (at == nil) != want.IsZero() || at != nil && !at.Equal(want) {
			t.Errorf("%s: created at %v, want %v", spelled, at, want)
		}
	}
}

func TestReadListingTakesPages(t *testing.T) {
	first, second := `{"Shards":[`+oneShard+`],"NextToken":"x"}`, `{"Shards":[`+child+`]}`
	for text, partial := range map[string]bool{first: true, first + "\n" + second: false, second + first: true} {
		l, err := ReadListing(strings.NewReader(text), "orders")
		if err != nil || l.Partial != partial {
			t.Errorf("%s: partial %v, %v", text, l.Partial, err)
		}
	}
	m := Build(Header{Partial: true}, shard.NewLineage(fresh()), now)
	if len(m.Caveats) != 1 || m.Caveats[0].Code != CaveatPartial {
		t.Errorf("caveats %v", m.Caveats)
	}
}

func TestReadListingSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "it is empty",
		" \n":                        "it is empty",
		"SHARDS\tshardId-0":          "it is not JSON: byte 1: ",
		"{\"Shards\":[":              "it is cut off in the middle of the JSON",
		"{}":                         "it is JSON without Shards",
		"[1]":                        "it is other JSON: array",
		`{"Shards":{}}`:              "it is other JSON: object Shards",
		`{"Streams":[]}`:             "it is JSON without Shards",
		`{"Shards":[{}]}`:            "shard 1 of the list: it has no ShardId",
		`{"Shards":[{"ShardId":7}]}`: "it is other JSON: number Shards.ShardId",
		`{"Shards":[` + oneShard + `,{"ShardId":"x"}]}`:                                                                                 "shard 2 of the list: x has no HashKeyRange",
		`{"Shards":[{"ShardId":"x","HashKeyRange":{"StartingHashKey":"9","EndingHashKey":"1"}}]}`:                                       "ends before it starts",
		`{"Shards":[{"ShardId":"x","HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"340282366920938463463374607431768211456"}}]}`: "outside 0 to 2^128-1",
		`{"Shards":[` + oneShard + `]} x`:                                                                                               "it is not JSON",
	} {
		_, err := ReadListing(strings.NewReader(text), "orders")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	endless := io.MultiReader(strings.NewReader(`{"Shards":[`), blanks{})
	if _, err := ReadListing(endless, "orders"); err == nil || !strings.Contains(err.Error(), "longer than 64 MiB") {
		t.Errorf("an endless file: %v", err)
	}
}

// blanks never end.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// Whatever a file holds, what is read of it can be mapped, asked and printed.
func FuzzReadListing(f *testing.F) {
	f.Add(`{"Shards":[`+oneShard+","+child+`],"NextToken":"x"}`, "user-88")
	f.Add(`{"StreamDescription":{"Shards":[`+child+`]}}`, "k")
	f.Add(`{"Shards":[{"ShardId":"\u001b\u202e<&\"\uffff","ParentShardId":"a","HashKeyRange":{"StartingHashKey":"5","EndingHashKey":"5"}}]}`, "")
	f.Fuzz(func(t *testing.T, text, key string) {
		l, err := ReadListing(strings.NewReader(text), "orders")
		if err != nil {
			return
		}
		m := Build(l.Header, l.Shards, now)
		for _, o := range []Options{{}, {Format: JSON}, {Format: DOT}, {Format: SVG}} {
			var out bytes.Buffer
			if err := m.Print(terminal(80)(&out), o); err != nil {
				t.Fatal(err)
			}
			if strings.ContainsAny(out.String(), "\x1b\u202e\x00") {
				t.Fatalf("not escaped: %q", out.String())
			}
			if o.Format == SVG {
				wellFormed(t, out.String())
			}
		}
		if k, err := PartitionKey(key); err == nil {
			for _, o := range m.Route(k).Shards {
				if s, _ := l.Shards.Find(o.ShardID); !s.Range.Contains(k.Hash) {
					t.Fatalf("%s does not own %q", o.ShardID, key)
				}
			}
		}
		if then, err := BuildAt(l.Header, l.Shards, created, now); err == nil && len(then.Shards) > len(m.Shards) {
			t.Fatal("there were more shards than are listed")
		}
	})
}
