package decode

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// What CBOR and MessagePack hold, as JSON.
func TestValues(t *testing.T) {
	for _, c := range []struct {
		name string
		peel func([]byte, int) ([]byte, error)
		data string
		want string
	}{
		{"integers", uncbor, "\x83\x1b\xff\xff\xff\xff\xff\xff\xff\xff\x3b\x7f\xff\xff\xff\xff\xff\xff\xff\x00", `[18446744073709551615,-9223372036854775808,0]`},
		{"a big integer", uncbor, "\x81\xc2\x49\x01\x00\x00\x00\x00\x00\x00\x00\x00", `[18446744073709551616]`},
		{"what is no number", uncbor, "\x82\xf9\x7e\x00\xf9\x7c\x00", `["NaN","+Inf"]`},
		{"a half", uncbor, "\x81\xf9\x38\x00", `[0.5]`},
		{"bytes and simple values", uncbor, "\x84\x42\x00\x01\xf4\xf6\xf7", `["AAE=",false,null,null]`},
		{"of indefinite length", uncbor, "\xbf\x61a\x9f\x01\x7f\x61b\x61c\xff\xff\xff", `{"a":[1,"bc"]}`},
		{"keys", uncbor, "\xa3\x61b\x01\x01\x02\x611\x03", `{"1":3,"1":2,"b":1}`},
		{"a tag", uncbor, "\x81\xd8\x20\x62ab", `["ab"]`},
		{"values", unmsgpack, "\x84\xa1a\xcf\xff\xff\xff\xff\xff\xff\xff\xff\xa1b\xc4\x02\x00\x01\xa1c\xc0\xa1d\x93\xc3\xff\xcb\x3f\xe0\x00\x00\x00\x00\x00\x00", `{"a":18446744073709551615,"b":"AAE=","c":null,"d":[true,-1,0.5]}`},
	} {
		got, err := c.peel([]byte(c.data), 1<<20)
		if err != nil || strings.ReplaceAll(string(got), " ", "") != c.want {
			t.Errorf("%s: %s, %v; want %s", c.name, got, err, c.want)
		}
	}
}

// Forged lengths, deep nesting, and what would take a hundred times its memory.
func TestHostileValues(t *testing.T) {
	repeat := func(s string, n int) string { return strings.Repeat(s, n) }
	for _, c := range []struct {
		name string
		peel func([]byte, int) ([]byte, error)
		data string
		want error // nil: any
	}{
		{"CBOR's forged array", uncbor, "\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x00", nil},
		{"CBOR's forged text", uncbor, "\x81\x7b\x7f\xff\xff\xff\xff\xff\xff\xff", nil},
		{"CBOR's forged map", uncbor, "\xbb\xff\xff\xff\xff\xff\xff\xff\xff\x00", nil},
		{"CBOR's nesting", uncbor, repeat("\x81", MaxNesting+1) + "\x00", nil},
		{"CBOR's empty arrays", uncbor, "\x9f" + repeat("\x80", MaxDocuments+1) + "\xff", errTooMany},
		{"CBOR's empty maps behind a text", uncbor, "\x9f\x62ab" + repeat("\xa0", MaxDocuments) + "\xff", errTooMany},
		{"CBOR's long integer", uncbor, "\x81\xc2\x59\x20\x00" + repeat("\x01", 0x2000), errTooLong},
		{"CBOR cut short", uncbor, "\x82\x01", nil},
		{"CBOR and more", uncbor, "\x81\x01\x01", nil},
		{"CBOR over the limit", uncbor, "\x81\x79\x10\x01" + repeat("a", 0x1001), errTooLarge},
		{"MessagePack's forged array", unmsgpack, "\xdd\xff\xff\xff\xff\x00", nil},
		{"MessagePack's forged text", unmsgpack, "\x91\xdb\xff\xff\xff\xff", nil},
		{"MessagePack's forged bytes", unmsgpack, "\x91\xc6\xff\xff\xff\xff", nil},
		{"MessagePack's nesting", unmsgpack, repeat("\x91", 10<<20), nil},
		{"MessagePack's nesting to its end", unmsgpack, repeat("\x91", MaxNesting+1) + "\xc0", errTooDeep},
		{"MessagePack and more", unmsgpack, "\x91\x01\x01", errNoJSON},
		{"MessagePack of text", unmsgpack, "\xa1a", errNotAll},
		{"MessagePack twice", unmsgpack, "\x91\x01\x91\x01", errNoJSON},
		{"MessagePack over the limit", unmsgpack, "\xdc\x10\x01" + repeat("\xc0", 0x1001), errTooLarge},
		{"MessagePack's NaN", unmsgpack, "\x91\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00", errNoJSON},
	} {
		inner, err := c.peel([]byte(c.data), fuzzLimit)
		if err == nil || c.want != nil && !errors.Is(err, c.want) || len(inner) > fuzzLimit {
			t.Errorf("%s: %.20q, %v; want %v", c.name, inner, err, c.want)
		}
	}
}

// What stands in CBOR is counted without decoding it.
func TestItemsOfCBOR(t *testing.T) {
	for data, want := range map[string]int{
		"": 0, "\x80": 1, "\x82\x01\x02": 3, "\x81\x42ab": 2, "\x81\x59\x00\x02ab\x00": 3, "\x81\x59\x00": 2, "\x81\x5b\xff\xff\xff\xff\xff\xff\xff\xff": 2, "\x9f\x00\xff": 3,
	} {
		if n := cborItems([]byte(data)); n != want {
			t.Errorf("%q: %d, want %d", data, n, want)
		}
	}
	if n := cborItems(bytes.Repeat([]byte{0x80}, MaxDocuments*2)); n != MaxDocuments+1 {
		t.Errorf("%d of too many", n)
	}
}
