package decode

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	avroUUID      = "b1b2b3b4-c5c6-d7d8-e9ea-f0f1f2f3f4f5"
	avroUUIDBytes = "\xb1\xb2\xb3\xb4\xc5\xc6\xd7\xd8\xe9\xea\xf0\xf1\xf2\xf3\xf4\xf5"
	confluent7    = "\x00\x00\x00\x00\x07"
	glue00        = "\x03\x00" + avroUUIDBytes
)

// singleOf is the header of a single object of the schema.
func singleOf(t testing.TB, schema string) string {
	t.Helper()
	s, err := parseAvroSchema([]byte(schema))
	if err != nil {
		t.Fatal(err)
	}
	return string(binary.LittleEndian.AppendUint64([]byte{0xC3, 1}, s.fingerprint))
}

func zlibOf(t testing.TB, data string) string {
	t.Helper()
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	if _, err := z.Write([]byte(data)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAvroMessages(t *testing.T) {
	one := withAvro(t, avroOrderID)
	registry := Auto.With(loadAvro(t, avroFiles(t, map[string]string{
		"7.avsc": avroOrderID, strings.ToUpper(avroUUID) + ".avsc": avroOrderID, "8.avsc": `"long"`, "other.avsc": `"string"`, "README": "no schema",
	})))
	single := singleOf(t, avroOrderID)
	cases := []struct {
		name    string
		decoder *Decoder
		data    string
		layers  []string
	}{
		{"bare", one, avroNine, []string{"avro"}},
		{"single", one, single + avroNine, []string{"avro"}},
		{"single, by directory", registry, single + avroNine, []string{"avro"}},
		{"confluent, any number", one, "\x00\x01\x02\x03\x04" + avroNine, []string{"confluent", "avro"}},
		{"confluent, large number", one, "\x00\xff\xff\xff\xff" + avroNine, []string{"confluent", "avro"}},
		{"confluent, by number", registry, confluent7 + avroNine, []string{"confluent", "avro"}},
		{"glue", one, "\x03\x00" + strings.Repeat("\xA5", 16) + avroNine, []string{"glue", "avro"}},
		{"glue, by UUID", registry, glue00 + avroNine, []string{"glue", "avro"}},
		{"glue of zlib", registry, "\x03\x05" + avroUUIDBytes + zlibOf(t, avroNine), []string{"glue", "avro"}},
		{"JSON behind a header", registry, "\x00\x00\x00\x00\x63" + jsonNine, []string{"confluent"}},
		{"second schemas", registry.With(one.schemas...), "\x00\x00\x00\x00\x09" + avroNine, []string{"confluent", "avro"}},
		{"second schemas alone fit", withAvro(t, `"boolean"`).With(loadAvro(t, avroFiles(t, map[string]string{"7.avsc": avroOrderID}))), confluent7 + avroNine, []string{"confluent", "avro"}},
	}
	for _, c := range cases {
		want := opened{Layers: append(c.layers, "json"), Documents: []string{jsonNine}, Innermost: jsonNine, Count: len(c.layers) + 1}
		if diff := cmp.Diff(want, inWords(c.decoder.Open([]byte(c.data)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		want.Layers, want.Count = append([]string{"base64"}, want.Layers...), want.Count+1
		if diff := cmp.Diff(want, inWords(c.decoder.Open([]byte(based(c.data))))); diff != "" {
			t.Errorf("%s in base64 (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestMessagesThatStayClosed(t *testing.T) {
	dir := avroFiles(t, map[string]string{"7.avsc": avroOrderID, "8.avsc": `"long"`})
	one, registry := withAvro(t, avroOrderID), Auto.With(loadAvro(t, dir))
	only, err := NewDecoder("auto,-avro")
	if err != nil {
		t.Fatal(err)
	}
	barred := only.With(one.schemas...)
	unknown := "\xC3\x01\x01\x02\x03\x04\x05\x06\x07\x08"
	cut := avroNine[:len(avroNine)-1]
	cases := []struct {
		name    string
		decoder *Decoder
		data    string
		state   State
		reason  string
	}{
		{"confluent", Auto, confluent7 + avroNine, Opaque, "Confluent Schema Registry message of schema 7: give --avro with a directory that has 7.avsc, or --proto"},
		{"glue", Auto, glue00 + avroNine, Opaque, "Glue Schema Registry message of schema " + avroUUID + ": give --avro with a directory that has " + avroUUID + ".avsc, or --proto"},
		{"glue of bad zlib", Auto, "\x03\x05" + avroUUIDBytes + "\x78\x9C", Opaque, "Glue Schema Registry message of schema " + avroUUID + ": unexpected EOF"},
		{"other number", registry, "\x00\x00\x00\x00\x09" + avroNine, Opaque, "Confluent Schema Registry message of schema 9: no 9.avsc in " + dir},
		{"other UUID", registry, glue00 + avroNine, Opaque, "Glue Schema Registry message of schema " + avroUUID + ": no " + avroUUID + ".avsc in " + dir},
		{"does not fit", registry, confluent7 + cut, Opaque, "Confluent Schema Registry message of schema 7: opening avro: 7.avsc: unexpected EOF"},
		{"more than fits", registry, confluent7 + avroNine + "\x00", Opaque, "Confluent Schema Registry message of schema 7: opening avro: 7.avsc: it does not take all of the data"},
		{"not of that schema", registry, "\x00\x00\x00\x00\x08" + avroNine, Opaque, "Confluent Schema Registry message of schema 8: opening avro: 8.avsc: it does not take all of the data"},
		{"too large a number for a guess", Auto, "\x00\x01\x00\x00\x07" + avroNine, Opaque, "binary data of no known format"},
		{"single", Auto, unknown + avroNine, Opaque, "Avro single object of the schema with fingerprint 0807060504030201: give --avro with that schema"},
		{"single of another schema", one, unknown + avroNine, Opaque, "Avro single object of the schema with fingerprint 0807060504030201: give --avro with that schema"},
		{"single, cut", registry, singleOf(t, avroOrderID) + cut, Broken, "opening avro: 7.avsc: unexpected EOF"},
		{"single, and more", one, singleOf(t, avroOrderID) + avroNine + "\x00", Broken, "opening avro: order.avsc: it does not take all of the data"},
		{"header of a single object", Auto, unknown[:9], Opaque, "binary data of no known format"},
		{"bare that does not fit", one, "\x0Bord-9\x12", Opaque, "binary data that does not fit: opening avro: order.avsc: a length of -6"},
		{"bare in zlib that does not fit", one, zlibOf(t, "\x0Bord-9\x12"), Opaque, "binary data that does not fit: opening avro: order.avsc: a length of -6"},
		{"bare, by directory", registry, avroNine, Opaque, "binary data of no known format"},
		{"avro barred", barred, avroNine, Opaque, "binary data of no known format"},
	}
	for _, c := range cases {
		got := c.decoder.Open([]byte(c.data))
		reason := ""
		if got.Err != nil {
			reason = got.Err.Error()
		}
		if got.State != c.state || reason != c.reason {
			t.Errorf("%s: state %d, %s, not %s", c.name, got.State, reason, c.reason)
		}
	}
}

// What may stand behind a header is not lost as a bare message with one in it.
func TestHeaderComesBeforeBareMessages(t *testing.T) {
	loose := withAvro(t, `{"type":"array","items":{"type":"fixed","name":"F","size":1}}`)
	message := "\x00\x00\x00\x00\x07" + long(1) + "x" + long(0)
	got := inWords(loose.Open([]byte(message)))
	if diff := cmp.Diff([]string{"confluent", "avro", "json"}, got.Layers); diff != "" {
		t.Error(diff)
	}
	zeros := withAvro(t, `{"type":"fixed","name":"F","size":8}`)
	got = inWords(zeros.Open([]byte("\x00\x00\x00\x00\x07abc")))
	if diff := cmp.Diff([]string{"avro", "json"}, got.Layers); diff != "" {
		t.Error(diff)
	}
}

func TestHeaderWithTooManyLayersAroundIsBroken(t *testing.T) {
	got := withAvro(t, avroOrderID).Open([]byte(zipped(zipped(zipped(confluent7 + avroNine)))))
	if got.State != Broken || !strings.Contains(got.Err.Error(), "layers") {
		t.Errorf("state %d, %v", got.State, got.Err)
	}
}

func TestLoadAvroRefuses(t *testing.T) {
	dir := avroFiles(t, map[string]string{
		"long.avsc": `"int"` + strings.Repeat(" ", maxSchema), "half.avsc": `{"type":"record"`, "deep.avsc": strings.Repeat("[", 2000), "other.avsc": `{"type":"array","items":"com.shop.Order"}`,
	})
	mixed := avroFiles(t, map[string]string{"7.avsc": avroOrderID, "8.avsc": `{"type":"array","items":"Order"}`})
	file := func(name string) string { return filepath.Join(dir, name) }
	cases := []struct{ path, want string }{
		{file("none.avsc"), "reading the Avro schema: stat " + file("none.avsc")},
		{t.TempDir(), "no file ends in .avsc"},
		{file("long.avsc"), "reading the Avro schema: " + file("long.avsc") + ": longer than 1 MiB, our limit"},
		{file("half.avsc"), "parsing the Avro schema " + file("half.avsc") + ": "},
		{file("deep.avsc"), "parsing the Avro schema " + file("deep.avsc") + ": " + errTooDeep.Error()},
		{file("other.avsc"), `unknown named type "com.shop.Order"`},
		{mixed, "parsing the Avro schema " + filepath.Join(mixed, "8.avsc") + `: array references unknown named type "Order"`},
	}
	for _, c := range cases {
		if got, err := LoadAvro(c.path); err == nil || got != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v, not %s", c.path, got, err, c.want)
		}
	}
}

func TestAvroIsNamedWithItsContent(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a[b]*")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, text := range []string{`"int"`, `"int" `, `"long"`} {
		if err := os.WriteFile(filepath.Join(dir, "7.avsc"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{dir, filepath.Join(dir, "7.avsc")} {
			name := loadAvro(t, path).String()
			if !strings.HasPrefix(name, "avro "+path+" sha256:") {
				t.Error(name)
			}
			names[name] = true
		}
	}
	if len(names) != 6 {
		t.Errorf("%d names of 6", len(names))
	}
}
