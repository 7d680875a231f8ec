package decode

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	corpusOrder  = `{"orderId":"ord-9","total":12345678901234567890,"customer":"Zoë"}`
	corpusValue  = `{"orderId":"ord-9","n":12345678901234567890,"price":59.9,"ok":true,"none":null,"blob":"AAEC","items":[1,-2]}`
	corpusSorted = `{"blob":"AAEC","items":[1,-2],"n":12345678901234567890,"none":null,"ok":true,"orderId":"ord-9","price":59.9}`

	corpusGroup   = `{"owner":"123456789012","logGroup":"/aws/lambda/checkout","logStream":"2026/11/23/[$LATEST]0f","subscriptionFilters":["all"],`
	corpusControl = `{"messageType": "CONTROL_MESSAGE", "owner": "CloudwatchLogs", "logGroup": "", "logStream": "", "subscriptionFilters": [], ` +
		`"logEvents": [{"id": "", "timestamp": 1763892902117, "message": "CWL CONTROL MESSAGE: Checking health of destination Kinesis stream."}]}`
	corpusChange = `{"awsRegion":"eu-west-1","eventID":"e7","eventName":"INSERT","userIdentity":null,"recordFormat":"application/json","tableName":"orders",` +
		`"dynamodb":{"ApproximateCreationDateTime":1763892902117,"Keys":{"orderId":"ord-9"},"NewImage":{"orderId":"ord-9","total":12345678901234567890,` +
		`"tags":["a", "b"],"sizes":[1,2.50],"gone":null,"paid":false,"lines":[{"sku":"sku-1","n":2}],"blob":"AAEC"},"SizeBytes":59},"eventSource":"aws:dynamodb"}`
)

// avroOrder is an order of testdata/schemas, with its logical types or as a writer
// that left them out has it.
func avroOrder(id, blob, parent string, logical bool) string {
	price, trace := "-59.90", `"0f8fad5b-d9cb-469f-a165-70867728950e"`
	if !logical {
		price, trace = `"6Jo="`, `"D4+tW9nLRp+hZXCGdyiVDg=="`
	}
	return `{"orderId":"` + id + `","n":9007199254740993,"price":` + price + `,"weight":59.9,"at":1763892902117,"state":"PAID","paid":true,` +
		`"blob":` + blob + `,"trace":` + trace + `,"tags":["a","Zoë"],"counts":{"x":-2},"parent":` + parent + `}`
}

var corpusAvro = avroOrder("ord-9", "null", avroOrder("ord-8", `"AAEC"`, "null", true), true)

// corpus is what each file in testdata/corpus decodes to; its README says what
// made it.
var corpus = map[string]opened{
	"order.json":                      read(corpusOrder),
	"order.json.gz":                   read(corpusOrder, "gzip"),
	"order.json.zlib":                 read(corpusOrder, "zlib"),
	"order.json.zst":                  read(corpusOrder, "zstd"),
	"order.json.lz4":                  read(corpusOrder, "lz4"),
	"order.json.legacy.lz4":           read(corpusOrder, "lz4"),
	"order.json.bz2":                  read(corpusOrder, "bzip2"),
	"order.json.snappy":               read(corpusOrder, "snappy"),
	"order.json.framed.snappy":        read(corpusOrder, "snappy"),
	"order.json.xerial.snappy":        read(corpusOrder, "snappy"),
	"order.json.b64":                  read(corpusOrder, "base64"),
	"order.string.json":               read(corpusOrder, "string"),
	"glue.json":                       read(corpusOrder, "glue"),
	"glue.zlib":                       read(corpusOrder, "glue"),
	"confluent.json":                  read(corpusOrder, "confluent"),
	"order.msgpack":                   unsure(corpusValue, "msgpack"),
	"order.cbor":                      unsure(corpusSorted, "cbor"),
	"dynamodb.json":                   read(corpusChange, "dynamodb"),
	"cloudwatch-logs-control.json.gz": read(corpusControl, "gzip", "cloudwatch-logs-control"),
	"cloudwatch-logs.json.gz": {Layers: []string{"gzip", "cloudwatch-logs", "json"}, Documents: []string{
		corpusGroup + `"id":"1","timestamp":1763892902117,"message":"START RequestId: 7"}`,
		corpusGroup + `"id":"2","timestamp":1763892902118,"message":"{\"orderId\":\"ord-9\",\"total\":12345678901234567890,\"customer\":\"Zo\u00eb\"}"}`,
	}},
	"order.tagged.cbor": read(corpusSorted, "cbor"),

	"order.null.avro":      bothRead("avro"),
	"order.deflate.avro":   bothRead("deflate", "avro"),
	"order.bare.avro":      read(corpusAvro, "avro"),
	"order.single.avro":    read(corpusAvro, "avro"),
	"order.confluent.avro": read(corpusAvro, "confluent", "avro"),
	"order.glue.avro":      read(corpusAvro, "glue", "avro"),
	"order.glue-zlib.avro": read(corpusAvro, "glue", "avro"),

	"order.protobuf":           read(protobufOrder, "protobuf"),
	"order.confluent.protobuf": read(protobufOrder, "confluent", "protobuf"),
	"order.glue.protobuf":      read(protobufOrder, "glue", "protobuf"),
}

// corpusSchemas are in testdata/schemas, for the files that need one.
var corpusSchemas = map[string]string{
	"order.bare.avro":      "order.avsc",
	"order.single.avro":    "order.avsc",
	"order.confluent.avro": "registry",
	"order.glue.avro":      "registry",
	"order.glue-zlib.avro": "registry",

	"order.protobuf":           "shop/v1/order.proto",
	"order.confluent.protobuf": "order.set",
	"order.glue.protobuf":      "order.set",
}

func read(document string, layers ...string) opened {
	return opened{Layers: append(layers, "json"), Documents: []string{document}}
}

// bothRead is both records of a container, whose writer left the logical types out.
func bothRead(layers ...string) opened {
	return opened{Layers: append(layers, "json"), Documents: []string{
		avroOrder("ord-9", "null", avroOrder("ord-8", `"AAEC"`, "null", false), false), avroOrder("ord-7", `"AAEC"`, "null", false),
	}}
}

func unsure(document, layer string) opened {
	o := read(document, layer)
	o.State, o.Err = Opaque, "only looks like "+layer+", as other data may by chance"
	return o
}

func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/corpus/*[^d]") // all but README.md
	if err != nil || len(files) != len(corpus) {
		t.Fatalf("%d files, %d told of, %v", len(files), len(corpus), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want, told := corpus[filepath.Base(file)]
		if !told {
			t.Errorf("%s: nobody said what it is", file)
			continue
		}
		for wrapping, wrap := range map[string]func(string) string{"": func(s string) string { return s }, "gzip": zipped, "base64": based} {
			got := inWords(corpusDecoder(t, filepath.Base(file)).Open([]byte(wrap(string(data)))))
			got.Innermost, got.Count = "", 0
			w := want
			if wrapping != "" {
				w.Layers = append([]string{wrapping}, w.Layers...)
			}
			if diff := cmp.Diff(w, got); diff != "" {
				t.Errorf("%s in %q (-want +got):\n%s", file, wrapping, diff)
			}
		}
	}
}

func corpusDecoder(t *testing.T, file string) *Decoder {
	switch filepath.Ext(file) {
	case ".protobuf":
		return Auto.With(loaded(t, corpusSchemas[file], "shop.v1.Order"))
	case ".avro":
		if corpusSchemas[file] == "" {
			break // a container has its own
		}
		return Auto.With(loadAvro(t, filepath.Join("testdata/schemas", corpusSchemas[file])))
	}
	return Auto
}

func loadAvro(t testing.TB, path string) *Avro {
	t.Helper()
	schemas, err := LoadAvro(path)
	if err != nil {
		t.Fatal(err)
	}
	return schemas
}
