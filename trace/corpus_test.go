package trace

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kinspect/internal/decode"
	"kinspect/internal/kpl"
	"kinspect/internal/record"
	"kinspect/trace/receipt"
)

// wrappings are what a blob may stand in.
var wrappings = map[string]func([]byte) []byte{
	"by itself": func(data []byte) []byte { return data },
	"in an aggregate": func(data []byte) []byte {
		key := "user-1"
		return kpl.Aggregate([]record.UserRecord{{UserKey: &key, UserData: []byte("another")}, {UserKey: &key, UserData: data}})
	},
	"in gzip": func(data []byte) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write(data)
		_ = w.Close()
		return b.Bytes()
	},
}

// schooled has the schemas of the corpus.
func schooled(t *testing.T) *decode.Decoder {
	t.Helper()
	avro, err := decode.LoadAvro("../internal/decode/testdata/schemas/order.avsc")
	if err != nil {
		t.Fatal(err)
	}
	protobuf, err := decode.LoadProtobuf("../internal/decode/testdata/schemas/order.set", "shop.v1.Order")
	if err != nil {
		t.Fatal(err)
	}
	return decode.Auto.With(avro, protobuf)
}

// An event is found in each blob of the corpus, whatever stands around it, and
// where its value is an entire one; what no blob holds is absent from all but
// those that only look like what they are.
func TestEventInEveryFormat(t *testing.T) {
	paths := map[string]string{ // where not .orderId
		"cloudwatch-logs.json.gz": ".message|fromjson|.orderId", "dynamodb.json": ".dynamodb.Keys.orderId",
	}
	decoder := schooled(t)
	files, err := filepath.Glob("../internal/decode/testdata/corpus/*[^d]") // all but README.md
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for around, wrap := range wrappings {
			t.Run(name+" "+around, func(t *testing.T) {
				w := newWorld(t, 1)
				decoding := func(o *Options) { o.Decoder = decoder }
				w.put("a", string(wrap(data)))
				absent := w.trace("ord-99", decoding)
				if unsure := decoder.Open(data).State == decode.Opaque; unsure {
					want(t, absent, receipt.Inconclusive, "opaque")
				} else {
					want(t, absent, receipt.Absent)
				}
				if strings.Contains(name, "control") {
					return // holds no event
				}
				found := w.trace("ord-9", decoding)
				want(t, found, receipt.Found)
				path, other := paths[name]
				if !other {
					path = ".orderId"
				}
				if m := found.Matches[0]; m.Path != path || !m.Whole {
					t.Errorf("at %q, whole %t, decoded %v", m.Path, m.Whole, m.Decoded)
				}
			})
		}
	}
}
