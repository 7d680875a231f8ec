package decode

import (
	"bytes"
	"compress/zlib"
	"io"
	"strconv"
	"strings"
)

// format is one that is known by its first bytes and that we cannot open.
type format struct {
	name  string
	bytes []byte // the bytes that it starts with, where mask has bits
	mask  []byte
	// sure tells that the pattern fixes three bytes or more, too many for chance.
	sure bool
}

// formats in the order of trying. A question mark stands for any digit, and a
// tail of them for the least length.
var formats = compile([][2]string{
	{"KPL aggregate inside another layer", "F3 89 9A C2"},
	{"zstd", "28 B5 2F FD"},
	{"zstd", "5? 2A 4D 18"}, // skippable frame
	{"snappy, framed", "FF 06 00 00 73 4E 61 50 70 59"},
	{"snappy, framed by xerial", "82 53 4E 41 50 50 59 00"},
	{"lz4", "04 22 4D 18"},
	{"lz4, legacy frame", "02 21 4C 18"},
	{"lz4, framed by lz4-java", "4C 5A 34 42 6C 6F 63 6B"},
	{"bzip2", "42 5A 68 3? 31 41 59 26 53 59"},
	{"bzip2", "42 5A 68 3? 17 72 45 38 50 90"}, // of nothing
	{"xz", "FD 37 7A 58 5A 00"},
	{"zip", "50 4B 03 04"},
	{zlibName, "78 01"},
	{zlibName, "78 5E"},
	{zlibName, "78 9C"},
	{zlibName, "78 DA"},
	{"AWS Encryption SDK message", "01 80 0? 14"},
	{"AWS Encryption SDK message", "01 80 0? 46"},
	{"AWS Encryption SDK message", "01 80 0? 78"},
	{"AWS Encryption SDK message", "02 04 78"},
	{"AWS Encryption SDK message", "02 05 78"},
	{"Avro object container", "4F 62 6A 01"},
	{"Avro single object", "C3 01" + strings.Repeat(" ??", 8)},
	{"Amazon Ion", "E0 01 00 EA"},
	{"Smile", "3A 29 0A 0?"},
	{"CBOR", "D9 D9 F7"},
	{"Java serialization", "AC ED 00 05"},
	{"UTF-32 text", "FF FE 00 00"},
	{"UTF-32 text", "00 00 FE FF"},
	{"UTF-16 text", "FF FE"},
	{"UTF-16 text", "FE FF"},
	{"Glue Schema Registry message", "03 00" + strings.Repeat(" ??", 16)},
	{"Glue Schema Registry message", "03 05" + strings.Repeat(" ??", 16)},
	{"Confluent Schema Registry message", "00 00 ?? ?? ??"}, // of an ID below 2^24
})

// zlibName is the format whose magic is too short to be sure of, but which can
// be put to the test.
const zlibName = "zlib"

// snowplow stands somewhere in every payload of Snowplow's collector, a Thrift
// struct, whose first bytes vary.
var snowplow = []byte("iglu:com.snowplowanalytics.snowplow/CollectorPayload/thrift/1-0-0")

// unopened names the known format that binary data starts with, if any, and
// whether that is sure enough to call its base64 by the name.
func unopened(data []byte) (name string, sure bool) {
	for _, f := range formats {
		if f.matches(data) {
			return f.name, f.sure || f.name == zlibName && inflates(data)
		}
	}
	if bytes.Contains(data, snowplow) {
		return "Snowplow collector payload", true
	}
	return "", false
}

// inflates tells whether the first 512 bytes, or all there are, come out of data
// as zlib.
func inflates(data []byte) bool {
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return false
	}
	_, err = io.CopyN(io.Discard, z, 512)
	return err == nil || err == io.EOF
}

func (f format) matches(data []byte) bool {
	if len(data) < len(f.bytes) {
		return false
	}
	for i, b := range f.bytes {
		if data[i]&f.mask[i] != b {
			return false
		}
	}
	return true
}

// compile turns patterns of hex digits into bytes and masks.
func compile(patterns [][2]string) []format {
	formats := make([]format, 0, len(patterns))
	for _, p := range patterns {
		f := format{name: p[0]}
		whole := 0
		for _, digits := range strings.Fields(p[1]) {
			f.bytes = append(f.bytes, hexByte(strings.ReplaceAll(digits, "?", "0")))
			f.mask = append(f.mask, hexByte(maskOf(digits)))
			if !strings.Contains(digits, "?") {
				whole++
			}
		}
		f.sure = whole >= 3
		formats = append(formats, f)
	}
	return formats
}

// maskOf gives F for every digit and 0 for every question mark.
func maskOf(digits string) string {
	return strings.Map(func(r rune) rune {
		if r == '?' {
			return '0'
		}
		return 'F'
	}, digits)
}

// hexByte reads two hex digits; the table above is all that it ever reads.
func hexByte(digits string) byte {
	n, err := strconv.ParseUint(digits, 16, 8)
	if err != nil {
		panic(err)
	}
	return byte(n)
}
