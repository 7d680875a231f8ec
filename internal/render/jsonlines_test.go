package render

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"kinspect/internal/record"
	"kinspect/internal/term"
)

const head = `{"shardId":"shardId-000000000003","sequenceNumber":"49678472125167179371387171109764757133171034173533585410",`

func TestJSONLine(t *testing.T) {
	const meta = head + `"partitionKey":"user-88","approximateArrivalTimestamp":"2026-11-23T10:15:02.117Z","encryptionType":"NONE",`
	cases := []struct {
		name string
		it   Item
		want string
	}{
		{"JSON keeps order, numbers and spelling",
			item(JSON, "{\r\n \"z\": 4967847212516717937138717110976475713, \"a\": [1.0, 1E2, \"<\\u0041&>\"], \"a\": null\n}"),
			meta + `"data":{"z":4967847212516717937138717110976475713,"a":[1.0,1E2,"<\u0041&>"],"a":null}}`},
		{"null is data", item(JSON, "null"), meta + `"data":null}`},
		{"text", item(Text, "a \"b\"\n\x1b[2J<&>"), meta + `"data":"a \"b\"\n\u001b[2J<&>"}`},
		{"text that is not UTF-8", item(Text, "Ren\xe9"), meta + `"dataBase64":"UmVu6Q=="}`},
		{"JSON that is not UTF-8", item(JSON, "\"Ren\xe9\""), meta + `"dataBase64":"IlJlbuki"}`},
		{"JSON that is none", item(JSON, `{"a":`), meta + `"data":"{\"a\":"}`},
		{"binary", item(Binary, "\x00\x01"), meta + `"dataBase64":"AAE="}`},
		{"no data", item(Text, ""), meta + `"data":""}`},
		{"harmful characters", item(JSON, "\"\u202e\u009b\x7f\""), meta + `"data":"\u202e\u009b\u007f"}`},
		{"layers and error", with(item(Binary, "\x00"), func(it *Item) {
			it.Layers, it.Err = []string{"gzip"}, errors.New("cut \"here\"")
		}), meta + `"dataBase64":"AA==","decoded":["gzip"],"decodeError":"cut \"here\""}`},
		{"inside an aggregate", with(item(JSON, "1"), func(it *Item) {
			it.User.Aggregated, it.User.SubSequenceNumber, it.Layers = true, 0, []string{"json"}
		}), head + `"subSequenceNumber":0,` + strings.TrimPrefix(meta, head) + `"data":1,"decoded":["kpl","json"]}`},
		{"without a partition key", with(item(JSON, "1"), func(it *Item) { it.User.UserKey = nil }),
			strings.Replace(meta, `"partitionKey":"user-88",`, "", 1) + `"data":1}`},
		{"output of jq", item(Binary, "\x00").Replace([]byte(`{"id": 7}`)), meta + `"data":{"id":7}}`},
	}
	for _, c := range cases {
		for _, out := range []*term.Output{output(0, term.Never), output(80, term.Always)} {
			if got := render(t, "json", out, c.it); got != c.want+"\n" {
				t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
			}
		}
	}
}

func TestJSONLineRoundTrip(t *testing.T) {
	u := user("clé \u202e \x1b", "")
	u.Aggregated, u.SubSequenceNumber = true, 7
	for kind, data := range map[Kind]string{JSON: `{"a":[1.50,null]}`, Text: "a\x00\u202e\n", Binary: "\xff\x00"} {
		it := Item{User: u, Layers: []string{"gzip"}, Kind: kind, Data: []byte(data), Err: errors.New("cut")}
		var got record.Envelope
		if err := json.Unmarshal([]byte(render(t, "json", output(0, term.Never), it)), &got); err != nil {
			t.Fatal(err)
		}
		if back := dataOf(t, got); back != data {
			t.Errorf("data %q comes back as %q", data, back)
		}
		want := it.Envelope()
		got.Data, want.Data = nil, nil // compared already, and spelled differently
		if !reflect.DeepEqual(got, want) {
			t.Errorf("\n got %+v\nwant %+v", got, want)
		}
	}
}

func FuzzJSONLine(f *testing.F) {
	f.Add("user-88", "shardId-000000000003", `{"a": [1.50, "\ud800"]}`, uint8(JSON))
	f.Add("\xff\x1b", "\u202e", "text\x00\u2028", uint8(Text))
	f.Add("", "", "\xff", uint8(Binary))
	f.Add("k", "s", `{"cut":`, uint8(JSON))
	f.Fuzz(func(t *testing.T, key, shardID, data string, kind uint8) {
		it := item(Kind(kind%3), data)
		it.User.Aggregated, it.User.SubSequenceNumber = kind&4 != 0, int(kind)
		if kind&8 != 0 {
			it.Layers = []string{"gzip", key}
		}
		it.User.UserKey, it.User.ShardID, it.Err = &key, shardID, errors.New(key)
		line := render(t, "json", output(0, term.Never), it)

		if of, err := term.AppendJSON(nil, it.Envelope(), ""); err != nil || line != string(of) {
			t.Fatalf("%q, and of the envelope it is %q, %v", line, of, err)
		}
		if !json.Valid([]byte(line)) || !utf8.ValidString(line) || strings.Count(line, "\n") != 1 {
			t.Fatalf("%q is no JSON line", line)
		}
		var got record.Envelope
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		if utf8.ValidString(key) && *got.PartitionKey != key {
			t.Errorf("partition key %q comes back as %q", key, *got.PartitionKey)
		}
		if it.sound() == JSON {
			var before, after any
			if json.Unmarshal([]byte(data), &before) == nil {
				if err := json.Unmarshal(got.Data, &after); err != nil || !reflect.DeepEqual(before, after) {
					t.Errorf("data %q comes back as %q: %v", data, got.Data, err)
				}
			}
		} else if back := dataOf(t, got); back != data {
			t.Errorf("data %q comes back as %q", data, back)
		}
	})
}

// dataOf returns the data that an envelope carries, a JSON string bare.
func dataOf(t *testing.T, e record.Envelope) string {
	t.Helper()
	if e.Data == nil {
		return string(e.DataBase64)
	}
	var text string
	if json.Unmarshal(e.Data, &text) != nil {
		return string(e.Data)
	}
	return text
}
