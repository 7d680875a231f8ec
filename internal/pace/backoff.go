package pace

import "time"

const (
	backoffFirst = 250 * time.Millisecond
	backoffMax   = 20 * time.Second
)

// Backoff returns how long to wait after the nth failure in a row, from 1:
// doubling from a quarter of a second to 20 s.
func Backoff(failures int) time.Duration {
	if failures > 7 {
		return backoffMax
	}
	return min(backoffMax, backoffFirst<<(failures-1))
}
