package position

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// layouts are tried in order; those without a zone mean UTC. time.Parse reads a
// fraction of a second by itself.
var layouts = []string{
	"2006-01-02T15:04:05Z07:00",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04",
	"2006-01-02",
}

// datePattern is stricter than time.Parse, which overlooks spaces and missing
// digits: is 2026-11-23 1:30 at night, or after noon?
var datePattern = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$`)

var (
	agoPattern  = regexp.MustCompile(`^(\d+[smhdw])+$`)
	unitPattern = regexp.MustCompile(`(\d+)([smhdw])`)
	unixPattern = regexp.MustCompile(`^(\d{10}|\d{13})$`)
)

var units = map[string]time.Duration{
	"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour,
}

// durationMax keeps sums of units within what a time.Duration holds; Kinesis
// retains a year at the most.
const durationMax = 100 * 365 * 24 * time.Hour

// ParseTime reads a time: RFC 3339, a date or a date and time (UTC unless a
// zone is given), unix seconds (10 digits) or milliseconds (13), `now`,
// `today`, `yesterday` (midnight, UTC), or a time ago such as `15m`, `2h30m`,
// `3d`, with or without the word `ago`. It guesses nothing: whatever else is an
// error.
func ParseTime(text string, now time.Time) (time.Time, error) {
	midnight := now.UTC().Truncate(24 * time.Hour)
	switch text {
	case "now":
		return now, nil
	case "today":
		return midnight, nil
	case "yesterday":
		return midnight.AddDate(0, 0, -1), nil
	}
	if unixPattern.MatchString(text) {
		return parseUnix(text), nil
	}
	if datePattern.MatchString(text) {
		return parseDate(text)
	}
	ago, err := ParseDuration(strings.TrimSuffix(text, " ago"))
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a time", text)
	}
	return now.Add(-ago), nil
}

// ParseDuration reads a sum of whole seconds, minutes, hours, days and weeks,
// such as `90s`, `2h30m` or `3d`, up to 100 years.
func ParseDuration(text string) (time.Duration, error) {
	if !agoPattern.MatchString(text) {
		return 0, fmt.Errorf("%q is not a duration", text)
	}
	var sum time.Duration
	for _, part := range unitPattern.FindAllStringSubmatch(text, -1) {
		n, err := strconv.ParseInt(part[1], 10, 64)
		unit := units[part[2]]
		if err != nil || n > int64(durationMax/unit) || sum+time.Duration(n)*unit > durationMax {
			return 0, fmt.Errorf("%q is too long a duration", text)
		}
		sum += time.Duration(n) * unit
	}
	return sum, nil
}

func parseDate(text string) (time.Time, error) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, strings.Replace(text, " ", "T", 1)); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time", text)
}

func parseUnix(digits string) time.Time {
	n, _ := strconv.ParseInt(digits, 10, 64) // the pattern bounds it
	if len(digits) == 10 {
		return time.Unix(n, 0)
	}
	return time.UnixMilli(n)
}
