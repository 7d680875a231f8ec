package scan

import (
	"bytes"
	"encoding/base64"
	"testing"

	"kinspect/internal/decode"
	"kinspect/internal/kpl"
	"kinspect/internal/match"
	"kinspect/internal/record"
)

// A sieve passes over what Records refuses as it stands, and over nothing else.
func TestSieve(t *testing.T) {
	key := "user-1"
	plain := map[string]bool{`{"id":1,"text":"in JSON"}`: true, "a text of many words": true, "[1, 2, 3, 4, 5, 6, 7, 8]": true}
	blobs := [][]byte{
		nil, compressed(`{"id":1}`), []byte(base64.StdEncoding.EncodeToString(compressed("in base64"))), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
		kpl.Aggregate([]record.UserRecord{{UserKey: &key, UserData: []byte(`{"id":1,"text":"in an aggregate"}`)}}), []byte("\xF3\x89\x9A\xC2 broken"),
		[]byte(`{"id":1,"text":"looked for"}`), []byte(`{"messageType":"DATA_MESSAGE","logGroup":"g","logEvents":[]}`),
	}
	for text := range plain {
		blobs = append(blobs, []byte(text))
	}
	refuses := func(_ *record.UserRecord, layers [][]byte) bool {
		return !bytes.Contains(layers[len(layers)-1], []byte("looked for"))
	}
	sieve := Sieve(decode.Auto, match.Signs{}, refuses)()
	signed := Sieve(decode.Auto, match.Signs{Gram: "oked", Veil: `\u`}, refuses)()
	for _, blob := range blobs {
		r := record.Record{SequenceNumber: "1", PartitionKey: &key, Data: blob}
		if sieve(&r) != plain[string(blob)] {
			t.Errorf("%q: %v", blob, !plain[string(blob)])
		}
		if signed(&r) != plain[string(blob)] {
			t.Errorf("%q with signs: %v", blob, !plain[string(blob)])
		}
		visits, refused := 0, false
		visit := func(s match.Subject) bool {
			visits++
			refused = s.Refused && len(s.Blob.Bytes) == 1 && !s.User.Aggregated
			return true
		}
		Records([]record.Record{r}, decode.Auto, refuses, visit)
		if visits != 1 || refused != plain[string(blob)] {
			t.Errorf("%q: visited %d times, refused %v", blob, visits, refused)
		}
	}
}

// Where there is no sign nobody else is asked, unless one may stand in the key.
func TestUnsigned(t *testing.T) {
	asked := false
	sieve := Sieve(decode.Auto, match.Signs{Gram: "oked", Veil: `\u`, KeyMin: 6}, func(*record.UserRecord, [][]byte) bool {
		asked = true
		return false
	})()
	for _, c := range []struct {
		data, key string
		passed    bool
	}{
		{`{"id":1,"text":"in JSON"}`, "user-1", true}, {`{"id":1,"text":"in JSON"}`, "oked", true}, {`{"id":1,"text":"in JSON"}`, "", true},
		{`{"id":1,"text":"in JSON"}`, "looked for", false}, {`{"id":1,"text":"in JSON"}`, `\u0061 key`, false},
		{`{"id":1,"text":"looked for"}`, "user-1", false}, {`{"id":1,"text":"\u0061"}`, "user-1", false}, {"a text of many words", "user-1", false},
	} {
		asked = false
		r := record.Record{Data: []byte(c.data)}
		if c.key != "" {
			r.PartitionKey = &c.key
		}
		if passed := sieve(&r); passed != c.passed || asked == c.passed {
			t.Errorf("%s with key %q: passed %v, asked %v", c.data, c.key, passed, asked)
		}
	}
}
