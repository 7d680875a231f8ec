package position

import (
	"strings"
	"testing"
	"time"

	"kinspect/internal/record"
)

// now is not on a whole second, and not in UTC: 12:34:56.789 there.
var now = time.Date(2026, 11, 23, 14, 34, 56, 789_000_000, time.FixedZone("", 2*60*60))

func TestParseTime(t *testing.T) {
	cases := map[string]string{
		// RFC 3339
		"2026-11-23T10:15:02Z":           "2026-11-23T10:15:02Z",
		"2026-11-23T10:15:02.117Z":       "2026-11-23T10:15:02.117Z",
		"2026-11-23T10:15:02.123456789Z": "2026-11-23T10:15:02.123456789Z",
		"2026-11-23T10:15:02+01:00":      "2026-11-23T09:15:02Z",
		"2026-11-23T10:15:02.5-05:30":    "2026-11-23T15:45:02.5Z",
		"2024-02-29T23:59:59Z":           "2024-02-29T23:59:59Z",
		"2026-11-23T00:30:00+01:00":      "2026-11-22T23:30:00Z",
		"2026-11-23 10:15:02.117Z":       "2026-11-23T10:15:02.117Z", // as our own verdicts print it
		"2026-11-23 10:15:02+01:00":      "2026-11-23T09:15:02Z",
		"2026-11-23T10:15Z":              "2026-11-23T10:15:00Z",
		"2026-11-23 10:15-02:00":         "2026-11-23T12:15:00Z",
		// without a zone: UTC
		"2026-11-23T10:15:02":     "2026-11-23T10:15:02Z",
		"2026-11-23 10:15:02.117": "2026-11-23T10:15:02.117Z",
		"2026-11-23T10:15":        "2026-11-23T10:15:00Z",
		"2026-11-23 10:15":        "2026-11-23T10:15:00Z",
		"2026-11-23":              "2026-11-23T00:00:00Z",
		// unix seconds and milliseconds
		"1700000000":    "2023-11-14T22:13:20Z",
		"1700000000123": "2023-11-14T22:13:20.123Z",
		"0000000000":    "1970-01-01T00:00:00Z",
		"9999999999999": "2286-11-20T17:46:39.999Z",
		// words
		"now":       "2026-11-23T12:34:56.789Z",
		"today":     "2026-11-23T00:00:00Z",
		"yesterday": "2026-11-22T00:00:00Z",
		// ago
		"0s":             "2026-11-23T12:34:56.789Z",
		"90s":            "2026-11-23T12:33:26.789Z",
		"15m":            "2026-11-23T12:19:56.789Z",
		"15m ago":        "2026-11-23T12:19:56.789Z",
		"2h30m":          "2026-11-23T10:04:56.789Z",
		"3d":             "2026-11-20T12:34:56.789Z",
		"2w":             "2026-11-09T12:34:56.789Z",
		"1w2d3h4m5s ago": "2026-11-14T09:30:51.789Z",
		"36500d":         "1926-12-18T12:34:56.789Z", // the longest
	}
	for text, want := range cases {
		got, err := ParseTime(text, now)
		if err != nil {
			t.Errorf("ParseTime(%q): %v", text, err)
			continue
		}
		if utc := got.UTC().Format(time.RFC3339Nano); utc != want {
			t.Errorf("ParseTime(%q) = %s, want %s", text, utc, want)
		}
	}
}

// refusals are no time and no position. Nothing is guessed.
var refusals = []string{
	"", " ", "garbage", "ago", " ago", "now ago", "tomorrow", "Now", "NOW", "today ", " now", "now\n",
	"5 bananas ago", "5 minutes", "five minutes ago", "15m ago ago", "15m  ago", "15mago", "ago 15m", "15 m", "15M", "1.5h", "1h30", "h", "1y", "15ms", "1_0m",
	"-5m", "+5m", "5m-3m", "-0s",
	"15", "0", "170000000", "17000000000", "170000000012", "17000000001234", "-1700000000", "+1700000000", "1700000000.5", "1e9",
	"10:30", "10:30:00", "T10:30", "2026", "2026-11", "2026-11-3", "26-11-23", "23.11.2026", "11/23/2026", "20261123", "2026-11-23T", "2026-11-23T10", "2026-11-23T10:1", "2026-11-23Z",
	"2026-02-30", "2026-02-29", "2026-13-01", "2026-00-10", "2026-11-00", "2026-11-31", "2026-11-23T24:00:00Z", "2026-11-23T10:60:00Z", "2026-11-23T10:15:60Z", "2026-11-23T10:15:02+25:00",
	"2026-11-23T10:15:02 Z", "2026-11-23T10:15:02Z junk", "2026-11-23T10:15:02 UTC", "2026-11-23T10:15:02CET", "2026-11-23  10:15", "2026-11-23 1:30", "2026-11-23T10:15:02,117Z", "2026-11-23T10:15:02.Z", "2026-11-23T10:15:02.1234567890Z", "2026-11-23t10:15:02z",
	"36501d", "5215w", "36500d1s", "9223372036854775807s", "9223372036854775808s", "99999999999999999999999999s", "106752d", "20000d20000d", // too long
	"١٥m", "15m\x00", "\xff",
}

func TestParseRefuses(t *testing.T) {
	for _, text := range refusals {
		if got, err := ParseTime(text, now); err == nil {
			t.Errorf("ParseTime(%q) = %v, want an error", text, got)
		}
		if got, err := Parse(text, now); err == nil {
			t.Errorf("Parse(%q) = %+v, want an error", text, got)
		}
	}
}

func TestErrorsNameTheText(t *testing.T) {
	for text, want := range map[string]string{
		"5 bananas ago": `position "5 bananas ago" is not a time`,
		"36501d":        `position "36501d" is not a time`,
		"\x1b[31m10:30": `position "\x1b[31m10:30" is not a time`, // escaped
	} {
		if _, err := Parse(text, now); err == nil || err.Error() != want {
			t.Errorf("Parse(%q): %v, want %s", text, err, want)
		}
	}
}

func TestParse(t *testing.T) {
	const aws = "49678472125167179371387171109764757133171034173533585410"
	cases := map[string]Position{
		"latest":                 {Kind: Latest},
		"trim-horizon":           {Kind: TrimHorizon},
		aws:                      {Kind: AtSequenceNumber, SequenceNumber: aws},
		"10000000000000000000":   {Kind: AtSequenceNumber, SequenceNumber: "10000000000000000000"}, // 20 digits, the fewest
		strings.Repeat("9", 129): {Kind: AtSequenceNumber, SequenceNumber: record.SequenceNumber(strings.Repeat("9", 129))},
		"15m":                    At(now.Add(-15 * time.Minute)),
		"1700000000123":          At(time.UnixMilli(1700000000123)),
		"2026-11-23":             At(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)),
	}
	for text, want := range cases {
		got, err := Parse(text, now)
		if err != nil || got.Kind != want.Kind || !got.Time.Equal(want.Time) || got.SequenceNumber != want.SequenceNumber {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", text, got, err, want)
		}
	}
}

func TestParseRefusesOtherNumbers(t *testing.T) {
	for _, text := range []string{
		"LATEST", "Latest", "latest ", "TRIM_HORIZON", "trim_horizon", "trim horizon", "earliest",
		"9999999999999999999",    // 19 digits
		"9223372036854775807",    // where kinesis-local ends its closed shards
		"00000000000000000000",   // 20 digits, and no sequence number
		"010000000000000000000",  // leading zero
		strings.Repeat("9", 130), // one digit too many
		"-10000000000000000000", "10000000000000000000 ", "1000000000000000000x",
	} {
		if got, err := Parse(text, now); err == nil {
			t.Errorf("Parse(%q) = %+v, want an error", text, got)
		}
	}
}

func TestAfter(t *testing.T) {
	if got := After("7"); got != (Position{Kind: AfterSequenceNumber, SequenceNumber: "7"}) {
		t.Errorf("After(7) = %+v", got)
	}
}

func TestParseDuration(t *testing.T) {
	cases := map[string]time.Duration{
		"0s": 0, "1s": time.Second, "90s": 90 * time.Second, "2h30m": 150 * time.Minute, "3d": 72 * time.Hour, "1w": 168 * time.Hour,
		"5m5m":   10 * time.Minute,
		"36500d": 100 * 365 * 24 * time.Hour,
	}
	for text, want := range cases {
		if got, err := ParseDuration(text); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "5", "5m ago", "-5m", "1.5h", "10ms", "m", "5m ", "36501d", "99999999999999999999s"} {
		if got, err := ParseDuration(text); err == nil {
			t.Errorf("ParseDuration(%q) = %v, want an error", text, got)
		}
	}
}

// FuzzParseTime: never a panic, and what is read can be spelled in RFC 3339 and
// read again as the same instant.
func FuzzParseTime(f *testing.F) {
	for _, text := range append(refusals, "now", "today", "15m ago", "1w2d3h4m5s", "1700000000", "1700000000123", "2026-11-23 10:15:02.117Z") {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, err := ParseTime(text, now)
		if err != nil {
			return
		}
		if ago, err := ParseDuration(text); err == nil && !at.Equal(now.Add(-ago)) {
			t.Errorf("%q is a duration of %v, and read as %v", text, ago, at)
		}
		if year := at.UTC().Year(); year < 0 || year > 9999 {
			return // a zone carried it over the edge of what RFC 3339 spells
		}
		spelled := at.UTC().Format(time.RFC3339Nano)
		if again, err := ParseTime(spelled, now); err != nil || !again.Equal(at) {
			t.Errorf("%q is read as %s, and that as %v, %v", text, spelled, again, err)
		}
	})
}

// FuzzParse: never a panic, and what is read is one position that Kinesis takes,
// with the value that goes with its type and no other.
func FuzzParse(f *testing.F) {
	for _, text := range append(refusals, "latest", "trim-horizon", "15m", "2026-11-23", "49678472125167179371387171109764757133171034173533585410") {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Parse(text, now)
		at, timeErr := ParseTime(text, now)
		switch {
		case err != nil:
			if timeErr == nil || got != (Position{}) {
				t.Errorf("%q is refused, %+v, and as a time it is %v, %v", text, got, at, timeErr)
			}
		case got.Kind == AtTimestamp:
			if timeErr != nil || !got.Time.Equal(at) || got.SequenceNumber != "" {
				t.Errorf("%q is read as %+v, and as a time as %v, %v", text, got, at, timeErr)
			}
		case got.Kind == AtSequenceNumber:
			if string(got.SequenceNumber) != text || !got.SequenceNumber.Valid() || !got.Time.IsZero() || timeErr == nil {
				t.Errorf("%q is read as %+v, and as a time as %v", text, got, at)
			}
		case got != (Position{Kind: Latest}) && got != (Position{Kind: TrimHorizon}):
			t.Errorf("%q is read as %+v", text, got)
		}
	})
}
