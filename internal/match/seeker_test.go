package match

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

// A seeker finds what bytes.Contains does, whatever the bytes are made of.
func FuzzSeeker(f *testing.F) {
	f.Add([]byte("ord-9"), []byte(`{"id":"ord-9"}`), 3, 20)
	f.Add([]byte(""), bytes.Repeat([]byte("0123456789abcdef-"), 20), 100, 36)
	f.Fuzz(func(t *testing.T, text, in []byte, from, size int) {
		same(t, text, in)
		if from >= 0 && from < len(in) && size > 0 { // a stretch of the bytes themselves
			stretch := in[from:min(len(in), from+min(size, len(in)))]
			same(t, stretch, in)
			same(t, append(stretch[:len(stretch):len(stretch)], text...), in)
		}
	})
}

func same(t *testing.T, text, in []byte) {
	t.Helper()
	if got, want := newSeeker(text).standsIn(in), bytes.Contains(in, text); got != want {
		t.Errorf("%q in %q: %v, want %v", text, in, got, want)
	}
}

// Among bytes that it is made of, a text is found wherever it stands.
func TestSeekerAmongItsOwnBytes(t *testing.T) {
	draw := rand.New(rand.NewPCG(5, 6))
	for range 20_000 {
		in := make([]byte, draw.IntN(600))
		for i := range in {
			in[i] = "9-ab"[draw.IntN(2+draw.IntN(3))]
		}
		text := bytes.Clone(in[:min(len(in), draw.IntN(50))])
		at := draw.IntN(len(in) - len(text) + 1)
		if draw.IntN(2) == 0 {
			copy(in[at:], text)
		}
		same(t, text, in)
	}
}

// BenchmarkSeeker looks for a text that is not there. Its bound is bytes.Contains.
func BenchmarkSeeker(b *testing.B) {
	records := differentMisses("")[:64]
	draw := rand.New(rand.NewPCG(7, 8))
	var ids []byte
	for len(ids) < 1000 {
		ids = fmt.Appendf(ids, "%q,", uuid(draw))
	}
	for _, text := range []string{uuid(draw), "ord-3f2a9c41-77e0", "OrderCancelled", "user-88812345"} {
		for name, in := range map[string][]byte{"event": records[7].User.UserData, "ids": ids} {
			s := newSeeker([]byte(text))
			for impl, find := range map[string]func([]byte) bool{
				"impl=kinspect":       s.standsIn,
				"impl=bytes.Contains": func(in []byte) bool { return bytes.Contains(in, s.text) },
			} {
				b.Run(impl+"/text="+text+"/in="+name, func(b *testing.B) {
					b.SetBytes(int64(len(in)))
					for b.Loop() {
						if find(in) {
							b.Fatal("found")
						}
					}
				})
			}
		}
	}
}
