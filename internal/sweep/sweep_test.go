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
		for _, pair := range f.pairs {
			if bytes.HasPrefix(in[i:], pair) {
				return i
			}
		}
	}
	return -1
}

func check(t *testing.T, in []byte) {
	t.Helper()
	for _, f := range []*Finder{Text("AG", "Ke"), Text("aa"), Text(), Pair("ab"), Pair(`\u`), Pair("\x00\xff"), Pair("\x80\x80")} {
		want := found(f, in)
		if got := f.Find(in); got != want {
			t.Fatalf("%q: %s found at %d, want %d", in, f.pairs, got, want)
		}
		if got := f.find(in); got != want {
			t.Fatalf("%q: %s found at %d without the processor's help, want %d", in, f.pairs, got, want)
		}
	}
}

// Each finder finds what is there at every place, in bytes of every length, and reads
// none beside them.
func TestFind(t *testing.T) {
	for n := range 3*32 + 2 { // three blocks, and what is left
		in := bytes.Repeat([]byte("."), n+2)[1 : n+1 : n+1]
		check(t, in)
		for at := range in {
			for _, what := range []string{"A", "AG", "Ke", "\n", "\x7f", "\x80", "\xff", "\\u", "\x80\x80", "\x00\xff"} {
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
