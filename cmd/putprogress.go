package cmd

import (
	"fmt"
	"os"
	"time"

	"kinspect/internal/position"
	"kinspect/internal/term"
	"kinspect/putrec"
)

// drawEvery keeps the progress line from being drawn more often than eyes see.
const drawEvery = 100 * time.Millisecond

// putProgress draws how far the input has been put, on a terminal alone.
func (a *app) putProgress(f *putrecFlags) (*term.Status, func(putrec.Result)) {
	status := term.NewStatus(a.err)
	if a.flags.quiet || !a.err.Terminal {
		return status, nil
	}
	size, began, drawn := sizeOf(f.file), time.Now(), time.Time{}
	return status, func(r putrec.Result) {
		if now := time.Now(); now.Sub(drawn) >= drawEvery {
			drawn = now
			status.Set(putLine(r, size, now.Sub(began)))
		}
	}
}

// sizeOf is the length of a regular file; 0 is not known.
func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if path == "" || err != nil || !info.Mode().IsRegular() {
		return 0
	}
	return info.Size()
}

func putLine(r putrec.Result, size int64, elapsed time.Duration) string {
	line := fmt.Sprintf("%s put, %s", term.Count(r.Put, "line"), term.Bytes(r.Bytes))
	if rate := float64(r.Put) / elapsed.Seconds(); elapsed >= time.Second && rate >= 1 {
		line += fmt.Sprintf(", %s/s", term.Number(int(rate)))
	}
	if size == 0 {
		return line
	}
	done := min(1, float64(r.Read)/float64(size))
	line = fmt.Sprintf("%s %3.0f %%  %s", term.Bar(done), 100*done, line)
	if elapsed >= estimateAfter && r.Read > 0 {
		line += fmt.Sprintf(", about %s left", position.Spell(time.Duration(float64(elapsed)*(1/done-1))))
	}
	return line
}
