package receipt

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"slices"
	"strings"
	"testing"
)

// withEvents is a receipt that answers many events.
func withEvents(t testing.TB, text []byte) []byte {
	r, err := Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("ord-1\nord-9\n"))
	r.Event, r.Matches, r.Outside = Event{Events: &Many{Count: 2, SHA256: hex.EncodeToString(sum[:])}}, []Match{}, []Match{}
	r.Events = Answers(slices.Values([]Answer{
		{Line: 1, Event: "ord-1", Verdict: Found, Copies: 2, Matches: []Match{{Whole: true}}}, {Line: 3, Event: "ord-9", Verdict: Inconclusive},
	}))
	var written bytes.Buffer
	if err := r.Write(&written); err != nil {
		t.Fatal(err)
	}
	return written.Bytes()
}

// Answers that do not fit together, or not the list that was asked, are refused.
func TestReadEvents(t *testing.T) {
	seed, err := os.ReadFile("testdata/inconclusive.json")
	if err != nil {
		t.Fatal(err)
	}
	good := string(withEvents(t, seed))
	if _, err := Read(strings.NewReader(good)); err != nil {
		t.Fatal(err)
	}
	for was, becomes := range map[string]string{
		`"event":"ord-9"`:                  `"event":"ord-8"`,
		`"verdict":"inconclusive"}`:        `"verdict":"absent"}`,
		`"verdict":"found","copies":2`:     `"verdict":"found","copies":0`,
		`"ord-9","verdict":"inconclusive"`: `"ord-9","verdict":"found"`,
		`"count": 2`:                       `"count": 3`,
		`{"line":3,"event":"ord-9",`:       `{"line":3,"event":"ord-9","more":1,`,
		"  \"events\": [\n    {":           `  "more": [{`,
		`"verdict": "inconclusive"`:        `"verdict": "found"`,
	} {
		if n := strings.Count(good, was); n != 1 {
			t.Errorf("%q stands %d times in\n%s", was, n, good)
		}
		if _, err := Read(strings.NewReader(strings.Replace(good, was, becomes, 1))); err == nil {
			t.Errorf("%q became %q, and was read", was, becomes)
		}
	}
}

// Parts that do not go together are refused.
func TestReadParts(t *testing.T) {
	seed, err := os.ReadFile("testdata/inconclusive.json")
	if err != nil {
		t.Fatal(err)
	}
	const joined = `{"index":%s,"verdict":"found","window":{"from":"2026-11-23T10:00:00.000Z","until":"2026-11-23T11:00:00.000Z"},"startedAt":"2026-11-23T10:00:00.000Z","finishedAt":"2026-11-23T10:00:00.000Z"}`
	one := func(index string) string { return strings.Replace(joined, "%s", index, 1) }
	for parts, says := range map[string]string{
		`"part":{"index":1,"of":1,"others":[]}`:                                    "it is of part 1 of 1",
		`"part":{"index":0,"of":2,"others":[]}`:                                    "it is of part",
		`"part":{"index":3,"of":2,"others":[]}`:                                    "it is of part 3 of 2",
		`"part":{"index":1,"of":10001,"others":[]}`:                                "it is of part 1 of 10001",
		`"part":{"index":1,"of":2,"others":[]},"joined":[` + one(`1,"of":2`) + `]`: "it is of part 1 of 2",
		`"joined":[]`:                                                                              "it joins no parts",
		`"joined":[` + one(`0,"of":2`) + `]`:                                                       "the parts that it joins",
		`"joined":[` + one(`1,"of":0`) + `]`:                                                       "the parts that it joins",
		`"joined":[` + one(`2,"of":2`) + `,` + one(`1,"of":2`) + `]`:                               "the parts that it joins",
		`"joined":[` + one(`1,"of":2`) + `,` + one(`1,"of":2`) + `]`:                               "the parts that it joins",
		`"joined":[` + one(`1,"of":2`) + `,` + one(`2,"of":3`) + `]`:                               "the parts that it joins",
		`"joined":[` + strings.ReplaceAll(one(`1,"of":2`), "2026-11-23T11", "0001-01-01T00") + `]`: "the window of its part 1 of 2 has no ends",
		`"part":{"index":1,"of":2,"others":[],"more":1}`:                                           "unknown field",
	} {
		parted := bytes.Replace(seed, []byte("{"), []byte("{"+parts+","), 1)
		if _, err := Read(bytes.NewReader(parted)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %s", parts, err, says)
		}
	}
}

// What Read accepts, Write writes so that it says the same; nothing makes it
// panic, nor what is asked of it.
func FuzzRead(f *testing.F) {
	seed, err := os.ReadFile("testdata/inconclusive.json")
	if err != nil {
		f.Fatal(err)
	}
	if _, err := Read(bytes.NewReader(seed)); err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte(`{"verdict":"inconclusive"}`))
	f.Add(withEvents(f, seed))
	for _, parts := range []string{
		`"part":{"index":1,"of":2,"listedAt":"2026-11-23T10:00:00.000Z","others":[{"shardId":"b","openedAt":"2026-11-23T10:00:00.000Z"}]}`,
		`"joined":[{"index":2,"of":2,"verdict":"found","window":{"from":"2026-11-23T10:00:00.000Z","until":"2026-11-23T11:00:00.000Z"},"startedAt":"2026-11-23T10:00:00.000Z","finishedAt":"2026-11-23T10:00:00.000Z"}]`,
	} {
		parted := bytes.Replace(seed, []byte("{"), []byte("{"+parts+","), 1)
		if _, err := Read(bytes.NewReader(parted)); err != nil {
			f.Fatal(err)
		}
		f.Add(parted)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		read, err := Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		_ = read.Contradictions()
		if read.Part != nil {
			var j Joining
			j.Add(read)
			_ = j.Lacks(j.Receipt())
		}
		var first, second bytes.Buffer
		if err := read.Write(&first); err != nil {
			t.Skip() // a time beyond what RFC 3339 spells
		}
		again, err := Read(bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatalf("%v\n%s", err, first.Bytes())
		}
		if err := again.Write(&second); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%v\n%s\nand then\n%s", err, first.Bytes(), second.Bytes())
		}
	})
}
