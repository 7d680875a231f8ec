package receipt

import (
	"bytes"
	"os"
	"testing"
)

// What Read accepts, Write writes so that it says the same; nothing makes it
// panic.
func FuzzRead(f *testing.F) {
	seed, err := os.ReadFile("testdata/inconclusive.json")
	if err != nil {
		f.Fatal(err)
	}
	if _, err := Read(bytes.NewReader(seed)); err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte(`{"verdict":"inconclusive"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		read, err := Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if err := read.Write(&first); err != nil {
			t.Skip() // a time beyond what RFC 3339 spells
		}
		again, err := Read(bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatalf("%v\n%s", err, first.Bytes())
		}
		if err := again.Write(&second); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%v\n%s\nand then\n%s", err, first.Bytes(), second.Bytes())
		}
	})
}
