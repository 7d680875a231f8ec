package report

import (
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/notice"
)

// browser is where Chromium is. Without it the test is skipped, unless all that
// others wrote is meant to be there.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("KINSPECT_PEERS") == "1" {
		t.Fatal("there is no chromium in the path")
	}
	t.Skip("there is no chromium in the path")
	return ""
}

// screenshotMax is how long Chromium may take; it is 2 s on an idle machine.
const screenshotMax = 2 * time.Minute

// screenshot is what Chromium shows of a page in a window of that size.
func screenshot(t *testing.T, page string, width, height int, flags ...string) image.Image {
	t.Helper()
	chromium, folder := browser(t), t.TempDir()
	file, picture := filepath.Join(folder, "page.html"), filepath.Join(folder, "page.png")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), screenshotMax)
	defer cancel()
	c := exec.CommandContext(ctx, chromium, append(flags, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
		"--force-device-scale-factor=1", "--force-color-profile=srgb", "--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir="+filepath.Join(folder, "profile"),
		"--window-size="+strconv.Itoa(width)+","+strconv.Itoa(height), "--screenshot="+picture, "file://"+file)...)
	c.WaitDelay = time.Second
	out, _ := c.CombinedOutput()
	shot, err := os.Open(picture)
	if err != nil {
		t.Fatalf("no screenshot: %v\n%s", err, out)
	}
	defer shot.Close()
	shown, err := png.Decode(shot)
	if err != nil {
		t.Fatal(err)
	}
	return shown
}

// near tells colours apart that a reader can tell apart.
func near(a color.Color, b color.RGBA) bool {
	const tolerance = 8
	c := color.RGBAModel.Convert(a).(color.RGBA)
	off := func(x, y uint8) bool { return x > y+tolerance && x-y > tolerance || y > x && y-x > tolerance }
	return !off(c.R, b.R) && !off(c.G, b.G) && !off(c.B, b.B)
}

// share is the part of a rectangle that has a colour.
func share(shown image.Image, x, y, w, h px, colour color.RGBA) float64 {
	hits, all := 0, 0
	for i := int(x); i < int(x+w); i++ {
		for j := int(y); j < int(y+h); j++ {
			all++
			if near(shown.At(i, j), colour) {
				hits++
			}
		}
	}
	return float64(hits) / float64(all)
}

// The parts of the picture are where the receipt says, in the colours of the day
// and of the night.
func TestPictureInChromium(t *testing.T) {
	t.Parallel()
	r := lacking(found(absent(t, 7, aDay), 0.3, 0.8), 3)
	r.Verdict = "found"
	last := &r.Coverage.Shards[6]
	last.Gaps = append(last.Gaps[:1], coverage.Gap{Code: notice.Interrupted, Text: "read up to there", From: stamp(until.Add(-aDay / 4)), Until: stamp(until)})
	p := draw(r)
	if len(p.Read) < 7 || len(p.Gaps) < 2 || len(p.Spared) != 1 || len(p.Marks) != 2 || len(p.Flows) != 4 {
		t.Fatalf("%d read, %d gaps, %d spared, %d marks, %d flows", len(p.Read), len(p.Gaps), len(p.Spared), len(p.Marks), len(p.Flows))
	}
	// a pixel for each of its units, at the corner of the window
	page := strings.Replace(written(t, pageOf(r)), "</style>", "#picture { position: fixed; left: 0; top: 0; width: 860px; background: var(--paper); }</style>", 1)
	light, dark := palettes(t)
	for name, colours := range map[string]map[string]color.RGBA{"light": light, "dark": dark} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scheme := map[string]string{"light": "1", "dark": "0"}[name] // Chromium's own numbers
			p.seen(t, screenshot(t, page, 900, 600, "--blink-settings=preferredColorScheme="+scheme), colours)
		})
	}
}

// seen wants each part of the picture in its colour.
func (p picture) seen(t *testing.T, shown image.Image, colours map[string]color.RGBA) {
	t.Helper()
	want := func(what string, x, y, w, h px, colour string, least, most float64) {
		t.Helper()
		if got := share(shown, x, y, w, h, colours[colour]); got < least || got > most {
			t.Errorf("%s at %v, %v: %.0f %% has the colour %s", what, x, y, got*100, colour)
		}
	}
	want("nothing", 0, top, 20, p.Bottom-top, "--paper", 1, 1)
	for _, b := range p.Read {
		want("read", b.X+1, b.Y+2, b.W-2, b.H-4, "--read", 0.5, 1)
	}
	for _, b := range p.Gaps {
		want("gap", b.X, b.Y, b.W, b.H, "--gap", 0.2, 0.9)
		want("gap", b.X+1, b.Y, b.W-2, b.H, "--gap-paper", 0.1, 0.7) // hatched, not by its colour alone
		want("gap", b.X+1, b.Y, b.W-2, b.H, "--read", 0, 0)
	}
	for _, b := range p.Spared {
		want("not needed", b.X+1, b.Y+1, b.W-2, b.H-2, "--spared-paper", 0.3, 0.95)
		want("not needed", b.X+1, b.Y+1, b.W-2, b.H-2, "--gap", 0, 0)
	}
	for _, m := range p.Marks {
		want("match", m.X-2, m.Y-2, 4, 4, "--mark", 1, 1)
		want("the time of a match", m.X-30, p.Bottom+4, 60, 12, "--ink", 0.03, 0.5)
	}
	for _, f := range p.Flows {
		want("resharding", f.X2-1, f.Y2-1, 3, 3, "--ink", 0.9, 1)
		want("resharding", f.X1-1, min(f.Y1, f.Y2)+3, 2, max(f.Y1, f.Y2)-min(f.Y1, f.Y2)-6, "--ink", 0.25, 1)
	}
	for _, l := range p.Labels {
		want("the name of a shard", left-40, l.Y-6, 32, 12, map[string]string{"shard": "--ink", "lacking": "--gap"}[l.Class], 0.01, 0.5)
	}
	for _, tick := range p.Ticks {
		want("a time", tick.X-18, 20, 36, 11, "--soft", 0.03, 0.5)
	}
}

// The page as it is: the verdict first and large, no part wider than a phone.
func TestPageInChromium(t *testing.T) {
	t.Parallel()
	light, _ := palettes(t)
	shown := screenshot(t, written(t, pageOf(lacking(absent(t, 7, aDay), 3))), 500, 1600)
	if got := share(shown, 20, 20, 300, 60, light["--inconclusive"]); got < 0.08 {
		t.Errorf("the verdict takes %.1f %% of its place", got*100)
	}
	if got := share(shown, 492, 0, 8, 1600, light["--paper"]); got < 1 {
		t.Errorf("the page is wider than its window: %.1f %%", got*100)
	}
	for _, part := range []string{"--read", "--gap", "--gap-paper", "--ink"} {
		if share(shown, 0, 200, 500, 1400, light[part]) == 0 {
			t.Errorf("there is nothing in the colour %s", part)
		}
	}
}
