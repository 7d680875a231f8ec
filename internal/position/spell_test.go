package position

import (
	"testing"
	"time"
)

func TestSpell(t *testing.T) {
	for text, durations := range map[string][]time.Duration{
		"0s":    {0, -time.Hour},
		"1s":    {1, time.Second},
		"45s":   {45 * time.Second, 44*time.Second + 1},
		"1m":    {time.Minute, 59*time.Second + 1},
		"2m10s": {130 * time.Second},
		"1h":    {time.Hour, time.Hour - 1},
		"1h1m":  {time.Hour + time.Second},
		"12h5m": {12*time.Hour + 5*time.Minute},
		"1d":    {24 * time.Hour, 24*time.Hour - time.Second},
		"7d4h":  {7*24*time.Hour + 3*time.Hour + time.Minute},
		"304d":  {304 * 24 * time.Hour},
	} {
		for _, d := range durations {
			if got := Spell(d); got != text {
				t.Errorf("%s is %s, want %s", d, got, text)
			}
		}
		if read, err := ParseDuration(text); err != nil || Spell(read) != text {
			t.Errorf("%s is read as %s, %v", text, read, err)
		}
	}
}
