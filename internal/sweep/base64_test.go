package sweep

import (
	"bytes"
	"encoding/base64"
	"testing"
)

// checkBase64 decodes a text into so much room, and holds it against the library.
func checkBase64(t *testing.T, text []byte, room int) {
	t.Helper()
	into := bytes.Repeat([]byte{0x5a}, room)
	read, written := Base64(into[:room:room], text)
	if read%4 != 0 || written > room || read > len(text) {
		t.Fatalf("%q: read %d and wrote %d into %d", text, read, written, room)
	}
	want, err := base64.StdEncoding.DecodeString(string(text[:read]))
	if err != nil || !bytes.Equal(want, into[:written]) {
		t.Fatalf("%q: %x, want %x, %v", text[:read], into[:written], want, err)
	}
	if rest := text[read:]; len(rest) >= 4 && room-written >= 3 && (read == 0 || text[read-1] != '=') && !bytes.ContainsAny(rest[:4], "\r\n") {
		if _, err := base64.StdEncoding.DecodeString(string(rest[:4])); err == nil {
			t.Fatalf("%q: ended before %q", text, rest)
		}
	}
}

// both runs a test with the processor's help and without.
func both(t *testing.T, test func()) {
	t.Helper()
	test()
	had := wide
	defer func() { wide = had }()
	wide = false
	test()
}

// Base64 is decoded up to any character that is none, wherever it stands.
func TestBase64(t *testing.T) {
	data := make([]byte, 3*40)
	for i := range data {
		data[i] = byte(7 * i)
	}
	all := append(base64.StdEncoding.AppendEncode(nil, data), `"+/az`...)
	both(t, func() {
		for n := range all {
			for _, room := range []int{len(data) + 8, len(data), n / 4 * 3, n / 2, 0} {
				checkBase64(t, all[:n:n], room)
			}
		}
		for at := range 70 {
			for c := range 256 {
				text := bytes.Clone(all)
				text[at] = byte(c)
				checkBase64(t, text, len(data)+8)
			}
		}
		for n := range data {
			checkBase64(t, base64.StdEncoding.AppendEncode(nil, data[:n]), n+8)
			checkBase64(t, append(base64.StdEncoding.AppendEncode(nil, data[:n]), "AAAA"...), n+8)
		}
	})
}

func FuzzBase64(f *testing.F) {
	f.Add([]byte("any carnal pleasure, any carnal pleasure"), byte('='), uint(50), uint(64))
	f.Fuzz(func(t *testing.T, data []byte, c byte, at, room uint) {
		text := base64.StdEncoding.AppendEncode(nil, data)
		if len(text) > 0 {
			text[at%uint(len(text))] = c
		}
		both(t, func() {
			checkBase64(t, text, int(room%uint(len(text)+8)))
			checkBase64(t, data, int(room%uint(len(data)+8)))
		})
	})
}
