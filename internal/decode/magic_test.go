package decode

import (
	"bytes"
	"compress/zlib"
	"strings"
	"testing"
)

// formatSamples are blobs of formats that we name and cannot open. Those in
// base64 were made from {"orderId":"ord-9"} by the program named.
var formatSamples = []struct {
	name, data string
	// inBase64 tells that the format is known behind base64 too.
	inBase64 bool
}{
	{"KPL aggregate inside another layer", "\xF3\x89\x9A\xC2\x0A\x01k", true},
	{"lz4, framed by lz4-java", "LZ4Block\x15\x07\x00\x00\x00\x07\x00\x00\x00ord-9\n", true},
	{"xz", unbased("/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQASeyJvcmRlcklkIjoib3JkLTkifQAAWLXqOlV0US0AASsTnAlI0h+2830BAAAAAARZWg=="), true},
	{"zip", "PK\x03\x04\x14\x00\x08\x00\x08\x00", true},
	{"AWS Encryption SDK message", "\x01\x80\x03\x78" + strings.Repeat("\xA5", 16), true},
	{"AWS Encryption SDK message", "\x02\x05\x78" + strings.Repeat("\xA5", 32), true},
	{"AWS KMS ciphertext", "\x01\x02\x02\x00\x78" + strings.Repeat("\xA5", 59), true},
	{"Thrift message", "\x80\x01\x00\x01\x00\x00\x00\x03put\x00\x00\x00\x01\x00", true},
	{"Thrift message in the compact protocol", "\x82\x21\x01\x03put\x00", false},
	{"Parquet", "PAR1\x15\x00\x15\x20", true},
	{"Amazon Ion", "\xE0\x01\x00\xEA\xEE\x95", true},
	{"Smile", ":)\n\x01\xFA", true},
	{"Java serialization", "\xAC\xED\x00\x05t\x00\x05ord-9", true},
	{"UTF-16 text", "\xFF\xFE{\x00}\x00", true},
	{"UTF-16 text", "\xFE\xFF\x00{\x00}", true},
	{"UTF-16 text", "\xFF\xFE\x2D\x4E\x87\x65", false},
	{"UTF-16 text", "\xFE\xFF\x4E\x2D\x65\x87", false},
	{"UTF-32 text", "\xFF\xFE\x00\x00{\x00\x00\x00", true},
	{"UTF-32 text", "\x00\x00\xFE\xFF\x00\x00\x00{", true},
	{"Snowplow collector payload", "\x0B\x00d\x00\x00\x00\x01\x0B\x7Ai\x00\x00\x00\x41iglu:com.snowplowanalytics.snowplow/CollectorPayload/thrift/1-0-0\x00", true},
}

func TestKnownFormatsAreOpaqueByName(t *testing.T) {
	for _, sample := range formatSamples {
		reason := sample.name + ", which this version cannot open"
		wantOpened(t, sample.data, opened{State: Opaque, Err: reason, Innermost: sample.data, Count: 1})
		wantOpened(t, zipped(sample.data), opened{State: Opaque, Err: reason, Layers: []string{"gzip"}, Innermost: sample.data, Count: 2})
		if sample.inBase64 {
			wantOpened(t, based(sample.data), opened{State: Opaque, Err: reason, Layers: []string{"base64"}, Innermost: sample.data, Count: 2})
		} else {
			wantOpened(t, based(sample.data), opened{Text: true, Innermost: based(sample.data), Count: 1})
		}
	}
}

func TestEveryPatternHasASample(t *testing.T) {
	sampled := map[string]bool{}
	for _, sample := range formatSamples {
		sampled[sample.name] = true
	}
	for _, f := range formats {
		if !sampled[f.name] {
			t.Errorf("no sample of %s", f.name)
		}
	}
}

func TestZlibOfAnyLevelIsKnownBehindBase64(t *testing.T) {
	for level := zlib.NoCompression; level <= zlib.BestCompression; level++ {
		var out bytes.Buffer
		z, err := zlib.NewWriterLevel(&out, level)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := z.Write([]byte(strings.Repeat(order, 100))); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if got := Open([]byte(based(out.String()))); got.State != Read || got.Layers[1] != "zlib" || len(got.Documents) != 100 {
			t.Errorf("level %d: state %d, %s", level, got.State, got.Layers)
		}
	}
}

func TestUnknownBinary(t *testing.T) {
	for _, data := range []string{
		"\x00", "ord-9\x00", "\x1b[31mord-9\x1b[0m", "ord\x7f9", "ord\u00859", "ord\xff9", "\xc3", "\xed\xa0\x80", "\xc0\x80",
		"\x00o\x00r\x00d", "\x1f\x8b", "\x1f\x8b\x07\x00", "\x0a\x05ord-9", "\x78\x9C\xFF\xFF", "\x1e" + order, "\"ord\x009\"",
		"\x00\x00\x00\x00", "\x03\x00\x00", "7\xff",
	} {
		wantOpened(t, data, opened{State: Opaque, Err: "binary data of no known format", Innermost: data, Count: 1})
	}
}

func TestJSONThatIsNoTextIsBroken(t *testing.T) {
	for _, data := range []string{
		"{\"a\":\"ord\xff9\"}", "{\"a\":\"ord\x009\"}", "[\x01]", " \r\n\t{\x00", "\uFEFF{\x00", "{\"a\":1}\x00{\"a\":2}", "[\x1b",
		"{\"a\":\"\xed\xa0\x80\"}",
	} {
		wantOpened(t, data, opened{State: Broken, Err: "starts like JSON, but is not readable text", Innermost: data, Count: 1})
	}
}
