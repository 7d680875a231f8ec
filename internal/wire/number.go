package wire

import (
	"math"
	"strconv"
	"time"
)

// number reads a number as it is spelled, a view into the window.
func (s *scanner) number() []byte {
	s.peek()
	i := 0
	for {
		for s.at+i < s.end && numeric(s.window[s.at+i]) {
			i++
		}
		if s.at+i < s.end || !s.fill() {
			break
		}
	}
	if s.err != nil {
		return nil
	}
	raw := s.window[s.at : s.at+i]
	if !valid(raw) {
		s.unexpected()
		return nil
	}
	s.at += i
	return raw
}

func numeric(c byte) bool {
	return '0' <= c && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

// valid tells whether JSON spells a number so.
func valid(raw []byte) bool {
	if len(raw) > 0 && raw[0] == '-' {
		raw = raw[1:]
	}
	n := digits(raw)
	if n == 0 || n > 1 && raw[0] == '0' {
		return false
	}
	if raw = raw[n:]; len(raw) > 0 && raw[0] == '.' {
		if n = digits(raw[1:]); n == 0 {
			return false
		}
		raw = raw[1+n:]
	}
	if len(raw) > 0 && (raw[0] == 'e' || raw[0] == 'E') {
		if raw = raw[1:]; len(raw) > 0 && (raw[0] == '-' || raw[0] == '+') {
			raw = raw[1:]
		}
		if n = digits(raw); n == 0 {
			return false
		}
		raw = raw[n:]
	}
	return len(raw) == 0
}

// digits is how many stand at the beginning.
func digits(raw []byte) (n int) {
	for n < len(raw) && '0' <= raw[n] && raw[n] <= '9' {
		n++
	}
	return n
}

// integer reads a number without a fraction or an exponent.
func (s *scanner) integer() int64 {
	raw := s.number()
	if s.err != nil {
		return 0
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		s.stop(err)
	}
	return n
}

// timestamp reads the seconds since 1970.
func (s *scanner) timestamp() time.Time {
	raw := s.number()
	if s.err != nil {
		return time.Time{}
	}
	if ms, exact := millis(raw); exact {
		return time.UnixMilli(ms).UTC()
	}
	seconds, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		s.stop(err)
		return time.Time{}
	}
	return rounded(seconds)
}

// rounded is how the SDK has milliseconds of seconds: the product is rounded, then cut.
func rounded(seconds float64) time.Time {
	ms := int64(math.MaxInt64)
	switch product := seconds * 1000; {
	case product <= math.MinInt64:
		ms = math.MinInt64
	case product < math.MaxInt64:
		ms = int64(product)
	}
	return time.Unix(0, ms*1e6).UTC() // beyond the year 2262 it is anything
}

// Between these, what the SDK has of whole milliseconds is these: the rounding of the
// seconds, by 2⁻²³ at the most, is less than the product is rounded by, 2⁻¹³ of a
// millisecond.
const (
	exactMin = 1_100_000_000_000 // 2004; more than 2⁴⁰
	exactMax = 2_147_483_647_000 // 2038; 2³¹ seconds
)

// millis reads seconds that are whole milliseconds, whether AWS spells them
// 1763923200.123 or 1.763923200123E9.
func millis(raw []byte) (ms int64, exact bool) {
	places, seen, i := 3, 0, 0 // places are those that are lacking
	for point := false; i < len(raw); i++ {
		c := raw[i]
		if c == '.' {
			point = true
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		if ms, seen = ms*10+int64(c-'0'), seen+1; point {
			places--
		}
	}
	if i < len(raw) {
		exponent, err := strconv.ParseInt(string(raw[min(i+1, len(raw)):]), 10, 8)
		if raw[i] == '-' || err != nil {
			return 0, false
		}
		places += int(exponent)
	}
	if seen > 18 {
		return 0, false
	}
	for ; places > 0 && ms < exactMax; places-- {
		ms *= 10
	}
	for ; places < 0 && ms%10 == 0 && ms > exactMin; places++ {
		ms /= 10
	}
	return ms, places == 0 && exactMin < ms && ms < exactMax
}
