package putrec

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"kinspect/internal/decode"
	"kinspect/internal/record"
	"kinspect/internal/render"
)

func TestEnvelopesAreStrict(t *testing.T) {
	cases := []struct{ text, data, key, err string }{
		{`{"data":"a\u0000é","partitionKey":"ключ"}`, "a\x00é", "ключ", ""},
		{`{"shardId":"s","sequenceNumber":"1","approximateArrivalTimestamp":"t","encryptionType":"KMS","dataBase64":"/wA="}`, "\xff\x00", "", ""},
		{`{"data":"","partitionKey":"k","decodeError":"left closed"}`, "", "k", ""},
		{`{"dataBase64":"","partitionKey":"k"}`, "", "k", ""},
		{`{"data":{"a":1},"partitionKey":"k"}`, "", "", "the envelope's data is no string, so that the bytes that were put are not known"},
		{`{"data":"{}","decoded":["gzip","json"]}`, "", "", "the envelope was decoded (gzip, json), so that"},
		{`{"data":"x","subSequenceNumber":0}`, "", "", "taken out of an aggregate"},
		{`{"data":"x","dataBase64":"eA=="}`, "", "", "both data and dataBase64"},
		{`{"partitionKey":"k"}`, "", "", "neither data nor dataBase64"},
		{`{"dataBase64":null,"partitionKey":"k"}`, "", "", "neither data nor dataBase64"},
		{`{"data":"x","other":1}`, "", "", `not an envelope: the key "other" is not one of an envelope`},
		{`{"data":"x","Data":"y"}`, "", "", "not an envelope: "},
		{`{"data":"x","data":"y"}`, "", "", `not an envelope: the key "data" is there twice`},
		{`{"dataBase64":"eA="}`, "", "", "not base64 from byte 4 on"},
		{`{"dataBase64":"eB=="}`, "", "", "not base64"},
		{"{\"data\":\"\xff\"}", "", "", "not an envelope: "},
		{`{"data":"x"} {}`, "", "", "not an envelope: "},
		{`"x"`, "", "", "not an envelope: not a JSON object"},
		{"x", "", "", "not an envelope: not JSON from byte 1 on"},
		{`{"data":"x","partitionKey":5}`, "", "", `not an envelope: the key "partitionKey" has a value that it cannot have`},
		{`null`, "", "", "neither data"},
	}
	for _, c := range cases {
		data, key, err := openEnvelope([]byte(c.text))
		switch {
		case c.err == "" && (err != nil || string(data) != c.data || (key == nil) != (c.key == "") || key != nil && *key != c.key):
			t.Errorf("%s: %q under %v, %v", c.text, data, key, err)
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%s: %v, want %s", c.text, err, c.err)
		}
	}
}

// Whatever a record holds, its envelope gives it back.
func FuzzEnvelopes(f *testing.F) {
	for _, data := range []string{"", "text", "\xff\x00", `{"a":1}`, `"quoted"`, "\xf3\x89\x9a\xc2", "\u2028\\\""} {
		f.Add([]byte(data), "key")
	}
	f.Fuzz(func(t *testing.T, data []byte, key string) {
		user := record.Plain(record.Record{Data: data, PartitionKey: &key})
		for _, item := range render.Items(user, decode.Blob{}) {
			text, err := json.Marshal(item.Envelope())
			if err != nil {
				t.Fatal(err)
			}
			got, gotKey, err := openEnvelope(text)
			if checkKey(key) != nil {
				continue // no stream holds such a key
			}
			if err != nil || !bytes.Equal(got, data) || gotKey == nil || *gotKey != key {
				t.Fatalf("%s: %q under %v, %v", text, got, gotKey, err)
			}
		}
		_, _, _ = openEnvelope(data)
	})
}
