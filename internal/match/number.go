package match

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// exponentMax is the most digits of an exponent that is sought. A record's may
// be longer, and then its number is another: a number spelled in a blob moves
// its point by fewer places than nine digits count.
const exponentMax = 9

// sameNumber tells whether two JSON numbers have the same value, whatever their
// spelling and size. The exponent of a has exponentMax digits at the most.
func sameNumber(a, b string) bool {
	if a == b {
		return true
	}
	x, _ := parseDecimal(a)
	y, ok := parseDecimal(b)
	return ok && x == y
}

// decimal is a number as sign, digits without zeros at either end, and the power
// of ten of the last one. Zero is the zero decimal.
type decimal struct {
	negative bool
	digits   string
	power    int64
}

// parseDecimal reads a valid JSON number; it cannot if the exponent has more
// than 18 digits.
func parseDecimal(text string) (decimal, bool) {
	mantissa, exponent := text, ""
	if at := strings.IndexAny(text, "eE"); at >= 0 {
		mantissa, exponent = text[:at], text[at+1:]
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	units, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(units+fraction, "0")
	if digits == "" {
		return decimal{}, true
	}
	power, ok := parseExponent(exponent)
	trimmed := strings.TrimRight(digits, "0")
	return decimal{negative, trimmed, power - int64(len(fraction)) + int64(len(digits)-len(trimmed))}, ok
}

func parseExponent(text string) (int64, bool) {
	digits := exponentDigits(text)
	if digits == "" {
		return 0, true
	}
	exponent, err := strconv.ParseInt(digits, 10, 64)
	if strings.HasPrefix(text, "-") {
		exponent = -exponent
	}
	return exponent, err == nil && len(digits) <= 18
}

func exponentDigits(text string) string {
	return strings.TrimLeft(strings.TrimLeft(text, "+-"), "0")
}

// checkNumbers wants every number of a pattern to be one that sameNumber takes.
func checkNumbers(pattern any) error {
	switch pattern := pattern.(type) {
	case map[string]any:
		for _, value := range pattern {
			if err := checkNumbers(value); err != nil {
				return err
			}
		}
	case []any:
		for _, value := range pattern {
			if err := checkNumbers(value); err != nil {
				return err
			}
		}
	case json.Number:
		text := pattern.String()
		if at := strings.IndexAny(text, "eE"); at >= 0 && len(exponentDigits(text[at+1:])) > exponentMax {
			return fmt.Errorf("the exponent of %s has more than %d digits", text, exponentMax)
		}
	}
	return nil
}
