package decode

import (
	"encoding/base64"
	"strings"
	"testing"
)

// The same blobs under several lists: what is peeled, and whether the blob was read.
func TestDecoderOpensWhatItMay(t *testing.T) {
	order := `{"id":7}`
	inBase64 := base64.StdEncoding.EncodeToString([]byte(zipped(order)))
	for _, c := range []struct {
		list, blob string
		layers     string
		state      State
	}{
		{"auto", inBase64, "base64,gzip,json", Read},
		{"auto", order, "json", Read},
		{"none", zipped(order), "", Opaque},
		{"none", order, "", Read},
		{"none", inBase64, "", Read},
		{"auto,-gzip", inBase64, "base64", Opaque},
		{"-gzip", inBase64, "base64", Opaque},
		{"-gzip", order, "json", Read},
		{"auto,-base64", inBase64, "", Read},
		{"auto,-json", zipped(order), "gzip", Read},
		{"base64,gzip", inBase64, "base64,gzip,json", Read},
		{"base64, gzip", inBase64, "base64,gzip,json", Read},
		{"gzip", zipped(order), "gzip,json", Read},
		{"gzip,-json", zipped(order), "gzip", Read},
		{"gzip", inBase64, "", Read},
		{"base64", "YWJj", "", Read}, // too short to be told from a word
		{"auto", "b3JkLTcgZ28=", "base64", Read},
		{"auto", "b3JkLTc1", "", Read}, // ord-75, or a word
		{"auto,base64", "b3JkLTc1", "base64", Read},
		{"auto", "\x82\xa1a\x01\xa1b\x02", "msgpack,json", Opaque},
		{"auto,msgpack", "\x82\xa1a\x01\xa1b\x02", "msgpack,json", Read},
		{"msgpack", "\x82\xa1a\x01\xa1b\x02", "msgpack,json", Read},
		{"msgpack", "\x82\xa1a\x01\xa1b", "", Broken},
		{"auto,msgpack", "\x82\xa1a\x01\xa1b", "", Opaque},
		{"auto,-msgpack", "\x82\xa1a\x01\xa1b\x02", "", Opaque},
	} {
		decoder, err := NewDecoder(c.list)
		if err != nil {
			t.Fatal(err)
		}
		blob := decoder.Open([]byte(c.blob))
		if got := strings.Join(blob.Layers, ","); got != c.layers || blob.State != c.state || (blob.Err == nil) != (c.state == Read) {
			t.Errorf("%s of %.20q: %s, state %d, %v; want %s, state %d", c.list, c.blob, got, blob.State, blob.Err, c.layers, c.state)
		}
	}
}

func TestDecoderLists(t *testing.T) {
	for list, restricted := range map[string]bool{
		"auto": false, "auto,msgpack": false, "msgpack,auto": false,
		"none": true, "gzip": true, "json": true, "-gzip": true, "auto,-gzip": true, "auto,-json": true,
	} {
		if d, err := NewDecoder(list); err != nil || d.Restricted() != restricted || d.String() != list {
			t.Errorf("%s: %v, %v", list, d, err)
		}
	}
	for _, list := range []string{"", "gunzip", "auto,", "gzip,,zstd", "--gzip", "-", "none,gzip", "gzip,none", "-none", "-auto", "GZIP"} {
		if d, err := NewDecoder(list); err == nil {
			t.Errorf("%q: %+v", list, d)
		}
	}
}
