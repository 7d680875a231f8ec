package decode

import (
	"bytes"
	"strconv"
	"strings"
)

// format is one that is known by its first bytes and that we cannot open.
type format struct {
	name string
	pattern
	// sure tells that the pattern fixes three bytes or more, too many for chance.
	sure bool
}

// formats in the order of trying. A question mark stands for any digit, and a
// tail of them for the least length.
var formats = compile([][2]string{
	{"KPL aggregate inside another layer", "F3 89 9A C2"},
	{"lz4, framed by lz4-java", "4C 5A 34 42 6C 6F 63 6B"},
	{"xz", "FD 37 7A 58 5A 00"},
	{"zip", "50 4B 03 04"},
	{"AWS Encryption SDK message", "01 80 0? 14"},
	{"AWS Encryption SDK message", "01 80 0? 46"},
	{"AWS Encryption SDK message", "01 80 0? 78"},
	{"AWS Encryption SDK message", "02 04 78"},
	{"AWS Encryption SDK message", "02 05 78"},
	{"AWS KMS ciphertext", "01 02 0? 00 78"},
	{"Thrift message", "80 01 00 0?"},
	{"Thrift message in the compact protocol", "82 21"}, // a call
	{"Thrift message in the compact protocol", "82 81"}, // a oneway call
	{"Parquet", "50 41 52 31"},
	{"Amazon Ion", "E0 01 00 EA"},
	{"Smile", "3A 29 0A 0?"},
	{"Java serialization", "AC ED 00 05"},
	{"UTF-32 text", "FF FE 00 00"},
	{"UTF-32 text", "00 00 FE FF"},
	{"UTF-16 text", "FF FE ?? 00"},
	{"UTF-16 text", "FE FF 00"},
	{"UTF-16 text", "FF FE"},
	{"UTF-16 text", "FE FF"},
})

// snowplow stands somewhere in every payload of Snowplow's collector, a Thrift
// struct, whose first bytes vary.
var snowplow = []byte("iglu:com.snowplowanalytics.snowplow/CollectorPayload/thrift/1-0-0")

// unopened names the known format that binary data starts with, if any, and
// whether that is sure enough to call its base64 by the name.
func unopened(data []byte) (name string, sure bool) {
	for _, f := range formats {
		if f.matches(data) {
			return f.name, f.sure
		}
	}
	if bytes.Contains(data, snowplow) {
		return "Snowplow collector payload", true
	}
	return "", false
}

// compile turns patterns of hex digits into formats.
func compile(named [][2]string) []format {
	formats := make([]format, 0, len(named))
	for _, n := range named {
		p := patterns(n[1])[0]
		formats = append(formats, format{n[0], p, bytes.Count(p.mask, []byte{0xFF}) >= 3})
	}
	return formats
}

// patterns turns hex digits, in pairs, into bytes and masks.
func patterns(digits ...string) []pattern {
	all := make([]pattern, 0, len(digits))
	for _, d := range digits {
		var p pattern
		for _, pair := range strings.Fields(d) {
			p.bytes = append(p.bytes, hexByte(strings.ReplaceAll(pair, "?", "0")))
			p.mask = append(p.mask, hexByte(maskOf(pair)))
		}
		all = append(all, p)
	}
	return all
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
