package wire

import (
	"encoding/binary"
	"math"
	"math/bits"
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
	if s.peek() == 0 {
		return time.Time{}
	}
	if ms, n, exact := millis(s.window[s.at:s.end]); exact {
		s.at += n
		return time.UnixMilli(ms).UTC()
	}
	raw := s.number()
	if s.err != nil {
		return time.Time{}
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

// millis reads seconds that are whole milliseconds, whether they are spelled
// 1763923200.123 or 1.763923200123E9, as AWS does, and tells how long they are. What it
// does not take at a glance is not exact.
func millis(text []byte) (ms int64, n int, exact bool) {
	ms, n = run(text)
	if n == 0 || text[0] == '0' {
		return 0, 0, false
	}
	places := 3 // that are lacking
	if n < len(text) && text[n] == '.' {
		fraction, k := run(text[n+1:])
		if k == 0 || n+k > 17 {
			return 0, 0, false
		}
		ms = ms*tens[k] + fraction
		n, places = n+1+k, places-k
	}
	if len(text)-n < len("E9,") {
		return 0, 0, false
	}
	if text[n] == 'E' || text[n] == 'e' {
		exponent := text[n+1] - '0'
		if n += len("E9"); exponent > 9 {
			return 0, 0, false
		}
		places += int(exponent)
	}
	for ; places > 0 && ms < exactMax; places-- {
		ms *= 10
	}
	return ms, n, places == 0 && exactMin < ms && ms < exactMax && !numeric(text[n])
}

// run reads up to sixteen digits, unless the text ends soon behind them.
func run(text []byte) (value int64, n int) {
	for k := 8; k == 8 && n < 16 && len(text)-n >= 8; n += k {
		var next int64
		next, k = eight(text[n:])
		value = value*tens[k] + next
	}
	return value, n
}

// tens are the powers of ten.
var tens = func() (all [17]int64) {
	all[0] = 1
	for i := range all[1:] {
		all[i+1] = 10 * all[i]
	}
	return all
}()

// eight reads up to eight digits at once: those of each two, four and eight are put
// together side by side.
func eight(text []byte) (value int64, n int) {
	v := binary.LittleEndian.Uint64(text)
	n = bits.TrailingZeros64(notDigits(v)) / 8
	if n == 0 {
		return 0, 0
	}
	v = v & (ones * 0xf) << (64 - 8*n) // with zeros before them
	v = (v*10 + v>>8) & 0x00ff00ff00ff00ff
	v = (v*100 + v>>16) & 0x0000ffff0000ffff
	return int64((v*10_000 + v>>32) & 0xffffffff), n
}

// notDigits marks, of eight bytes, those that are no digits; none before the first may be
// marked, and those behind it may be wrong.
func notDigits(v uint64) uint64 {
	return (((v | (v + ones*6)) ^ ones*'0') | (v ^ ones*'0')) & (ones * 0xf0)
}
