package term

import (
	"fmt"
	"strconv"
	"strings"
)

// Number writes a number with thousands separators.
func Number[N ~int | ~int64](n N) string {
	digits := strconv.FormatInt(int64(n), 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Count writes a number and its noun, whose plural ends in s.
func Count[N ~int | ~int64](n N, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return Number(n) + " " + noun
}

// Bytes writes an amount of data: in megabytes, or what would be less than a tenth
// of one in bytes.
func Bytes(n int64) string {
	const tenth = 100_000
	if n < tenth {
		return Count(n, "byte")
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// List joins names as people do: a, b and c. Beyond so many the others are counted.
func List(names []string, most int) string {
	if more := len(names) - most; more > 0 {
		return strings.Join(names[:most], ", ") + " and " + Number(more) + " more"
	}
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " and " + names[last]
	}
	return strings.Join(names, "")
}
