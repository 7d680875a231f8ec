package position

import (
	"fmt"
	"strings"
	"time"
)

// Spell writes a duration as ParseDuration reads it, rounded up to what matters:
// 45s, 2m10s, 12h5m, 7d4h. A negative one is 0s.
func Spell(d time.Duration) string {
	d = roundUp(max(0, d), time.Second)
	if d >= time.Hour {
		d = roundUp(d, time.Minute)
	}
	if d >= units["d"] {
		d = roundUp(d, time.Hour)
	}
	var text strings.Builder
	for _, unit := range []string{"d", "h", "m", "s"} {
		if n := d / units[unit]; n > 0 {
			fmt.Fprintf(&text, "%d%s", n, unit)
			d -= n * units[unit]
		}
	}
	if text.Len() == 0 {
		return "0s"
	}
	return text.String()
}

func roundUp(d, unit time.Duration) time.Duration { return (d + unit - 1).Truncate(unit) }
