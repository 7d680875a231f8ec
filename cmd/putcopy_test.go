package cmd

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"kinspect/internal/awsconf"
	"kinspect/internal/kpl"
	"kinspect/internal/local"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/stream"
)

// tail --decode none -o json | putrec --envelopes copies a stream byte for byte,
// whatever its records hold, under the keys they had.
func TestStreamIsCopiedByteForByte(t *testing.T) {
	t.Parallel()
	server := local.New(local.Options{NoQuotas: true})
	for _, name := range []string{"orders", "copy"} {
		if err := server.CreateStream(name, 2); err != nil {
			t.Fatal(err)
		}
	}
	served := httptest.NewServer(server)
	defer served.Close()
	random := rand.New(rand.NewPCG(5, 8))
	entries := anything(random, 400)
	put(t, server, entries)
	tail := kinspect(t, "tail", "orders", "--from", "trim-horizon", "-n", strconv.Itoa(len(entries)), "--decode", "none", "-o", "json", "-q",
		"--read-share", "off", "--endpoint-url", served.URL)
	tail.want(t, 0)
	kinspectWith(t, strings.NewReader(tail.stdout), "putrec", "copy", "--envelopes", "--rate", "off", "-q", "--endpoint-url", served.URL).want(t, 0)
	want := map[[sha256.Size]byte]int{}
	for _, e := range entries {
		want[sum(e.PartitionKey, e.Data)]++
	}
	for _, name := range []string{"orders", "copy"} {
		if got := sums(t, server, name); !maps.Equal(got, want) {
			t.Errorf("%s holds %d different records of the %d put, or others", name, len(got), len(want))
		}
	}
}

// anything is n records of all that one may hold, and then one of a MiB.
func anything(random *rand.Rand, n int) (all []stream.PutEntry) {
	bytesOf := func(most int) []byte {
		b := make([]byte, random.IntN(most))
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		return b
	}
	kinds := []func() []byte{
		func() []byte { return bytesOf(300) },
		func() []byte { return []byte(keyOfAnything(random, random.IntN(200))) },
		func() []byte { return nil },
		func() []byte { return bytes.Repeat([]byte{byte(random.IntN(32))}, random.IntN(50)) },
		func() []byte {
			return fmt.Appendf(nil, `{"a":%s1,"a":1e9999,"a":-0.0,"a":"\ud800"}`, strings.Repeat("9", 400))
		},
		func() []byte { return []byte(" {\"data\":\"x\",\"decoded\":[\"gzip\"]}\r\n\n") },
		func() []byte { return append([]byte("\xef\xbb\xbf\"\\u0000"), bytesOf(3)...) },
		func() []byte {
			key := keyOfAnything(random, 20)
			return kpl.Aggregate([]record.UserRecord{{UserKey: &key, UserData: bytesOf(50)}, {UserKey: &key, UserData: bytesOf(50)}})
		},
		func() []byte { // an aggregate cut short
			key := "k"
			whole := kpl.Aggregate([]record.UserRecord{{UserKey: &key, UserData: bytesOf(50)}})
			return whole[:random.IntN(len(whole))]
		},
	}
	for i := range n {
		all = append(all, stream.PutEntry{Data: kinds[i%len(kinds)](), PartitionKey: keyOfAnything(random, 1+random.IntN(256))})
	}
	large := make([]byte, 1<<20-1)
	for i := range large {
		large[i] = byte(random.Uint32())
	}
	return append(all, stream.PutEntry{Data: large, PartitionKey: "k"},
		stream.PutEntry{Data: []byte("x"), PartitionKey: strings.Repeat("\U0010ffff", 256)})
}

// keyOfAnything is text of n characters of any kind.
func keyOfAnything(random *rand.Rand, n int) string {
	pools := []string{"az09-_.", "\x00\x01\t\n\r\x1b\x7f", `"\/<>&{}[]`, "éж\u2028\u2029\u202e\ufeff\ufffd", "𝄞\U0010ffff😀"}
	var text strings.Builder
	for range n {
		pool := []rune(pools[random.IntN(len(pools))])
		text.WriteRune(pool[random.IntN(len(pool))])
	}
	return text.String()
}

func put(t *testing.T, server http.Handler, entries []stream.PutEntry) {
	t.Helper()
	client := stream.New(awsconf.InProcess(server, localRegion), "orders", stream.RealTime{})
	if _, err := client.PutRecords(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
}

func sum(key string, data []byte) [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%d %s %s", len(key), key, data))
}

// sums counts the records of a stream of 2 shards by key and data.
func sums(t *testing.T, server http.Handler, name string) map[[sha256.Size]byte]int {
	t.Helper()
	all := map[[sha256.Size]byte]int{}
	client := stream.New(awsconf.InProcess(server, localRegion), name, stream.RealTime{})
	for _, id := range shardIDs([]string{"0", "1"}) {
		everyRecordOf(t, client, id, func(r record.Record) { all[sum(*r.PartitionKey, r.Data)]++ })
	}
	return all
}

// everyRecordOf hands over all that a shard holds.
func everyRecordOf(t *testing.T, client *stream.Client, id string, each func(record.Record)) {
	t.Helper()
	next, err := client.Iterator(t.Context(), id, position.Position{Kind: position.TrimHorizon})
	for err == nil {
		var page stream.Page
		if page, err = client.Records(t.Context(), id, next, 0, nil, record.Take{}); len(page.Records) == 0 {
			break
		}
		for _, r := range page.Records {
			each(r)
		}
		next = page.Next
	}
	if err != nil {
		t.Fatal(err)
	}
}
