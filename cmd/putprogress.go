package cmd

import (
	"fmt"
	"os"
	"strings"
	"time"

	"kinspect/internal/position"
	"kinspect/internal/term"
	"kinspect/putrec"
)

// putProgress draws how far the input has been put, on a terminal alone, until done
// is called.
func (a *app) putProgress(f *putrecFlags) (progress func(putrec.Result), done func()) {
	bars := term.NewBars(term.NewStatus(a.err, a.out))
	if a.flags.quiet || !a.err.Terminal {
		return nil, bars.Clear
	}
	size, began := sizeOf(f.file), time.Now()
	return func(r putrec.Result) { bars.Set(putFrame(r, size, time.Since(began))) }, bars.Clear
}

// sizeOf is the length of a regular file; 0 is not known.
func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if path == "" || err != nil || !info.Mode().IsRegular() {
		return 0
	}
	return info.Size()
}

// putFrame has a bar where the input's size is known.
func putFrame(r putrec.Result, size int64, elapsed time.Duration) term.Frame {
	words := []string{term.Count(r.Put, "line") + " put", term.Bytes(r.Bytes)}
	if rate := float64(r.Put) / elapsed.Seconds(); elapsed >= time.Second && rate >= 1 {
		words = append(words, term.Number(int(rate))+"/s")
	}
	if size == 0 {
		return term.Frame{Head: strings.Join(words, ", ")}
	}
	done := min(1, float64(r.Read)/float64(size))
	if elapsed >= estimateAfter && r.Read > 0 {
		words = append(words, fmt.Sprintf("about %s left", position.Spell(time.Duration(float64(elapsed)*(1/done-1)))))
	}
	return term.Frame{Bars: []term.Bar{{Done: done, Words: words}}}
}
