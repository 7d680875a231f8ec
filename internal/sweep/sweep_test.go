package sweep

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// found is what Find is to say: it looks at one byte after the other.
func found(f *Finder, in []byte) int {
	for i, c := range in {
		if f.text && (c < ' ' || c > '~') {
			return i
		}
		for _, what := range append(f.pairs, f.gram) {
			if len(what) > 0 && bytes.HasPrefix(in[i:], what) {
				return i
			}
		}
	}
	return -1
}

var finders = []*Finder{
	Text("", "AG", "Ke"), Text("", "aa"), Text(""), Text("abca", "AG", "Ke", `\u`), Text("ab"), Text("a\xff"), Text("a.e", `\u`),
	Gram("ab"), Gram(`\u`), Gram("\x00\xff"), Gram("\x80\x80"), Gram("\x00\x00\x00"), Gram("aab"), Gram("aabK"), Gram("a\x80\xffb"),
}

func check(t *testing.T, in []byte) {
	t.Helper()
	for _, f := range finders {
		want := found(f, in)
		if got := f.Find(in); got != want {
			t.Fatalf("%q: %s and %q found at %d, want %d", in, f.pairs, f.gram, got, want)
		}
		if got := f.find(in); got != want {
			t.Fatalf("%q: %s and %q found at %d without the processor's help, want %d", in, f.pairs, f.gram, got, want)
		}
	}
}

// Each finder finds what is there at every place, in bytes of every length, and reads
// none beside them.
func TestFind(t *testing.T) {
	for n := range 2*32 + 8 { // two blocks, and what is left
		in := bytes.Repeat([]byte("."), n+2)[1 : n+1 : n+1]
		check(t, in)
		for at := range in {
			for _, what := range []string{"A", "AG", "Ke", "\n", "\x7f", "\x80", "\xff", "\\u", "\x80\x80", "\x00\xff", "ab", "abca", "aab", "aabK", "\x00\x00\x00", "a\x80\xffb"} {
				whole := append(append(bytes.Clone(in[:at]), what...), in[at:]...)
				check(t, whole[:n])
				check(t, whole)
			}
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add([]byte(`{"id":"Ke","a":"AG\u0041"}`), uint64(1))
	f.Fuzz(func(t *testing.T, in []byte, seed uint64) {
		check(t, in)
		draw := rand.New(rand.NewPCG(seed, 0))
		few := make([]byte, draw.IntN(300))
		for i := range few {
			few[i] = "aabK.e\\uAG~\x00\xff\x80"[min(draw.IntN(60), 13)%(1+draw.IntN(13))]
		}
		check(t, few)
	})
}
