package sweep

import (
	"bytes"

	fast "github.com/segmentio/asm/base64"
)

// Base64 decodes a text up to its first four characters that are not all of Base64, or
// for which there may be no room; four that are padded end it. It tells how many bytes it
// has read, and written. Behind those it may write a few more.
func Base64(into, text []byte) (read, written int) {
	if wide {
		// Each step writes as many bytes as it reads, of which three in four count.
		if n := min(len(text)/laneBytes, (len(into)-laneBytes/4)/(laneBytes/4*3)); n > 0 {
			read = decode(&into[0], &text[0], n)
		}
	} else {
		read = decodeQuoted(into, text)
	}
	for written = read / 4 * 3; len(text)-read >= 4 && len(into)-written >= 3; read, written = read+4, written+3 {
		four, three := text[read:read+4], into[written:written+3]
		bits := sixes[four[0]]<<18 | sixes[four[1]]<<12 | sixes[four[2]]<<6 | sixes[four[3]]
		if bits > 1<<24-1 {
			break
		}
		three[0], three[1], three[2] = byte(bits>>16), byte(bits>>8), byte(bits)
	}
	n := padded(into[written:], text[read:])
	if n > 0 {
		read += 4
	}
	return read, written + n
}

// padded decodes the last four of a text, if they are padded, and returns how many bytes
// those are.
func padded(into, text []byte) (n int) {
	if len(text) < 4 || text[3] != '=' {
		return 0
	}
	n, last := 2, sixes[text[2]]<<6
	if text[2] == '=' {
		n, last = 1, 0
	}
	bits := sixes[text[0]]<<18 | sixes[text[1]]<<12 | last
	if bits > 1<<24-1 || len(into) < n {
		return 0
	}
	into[0] = byte(bits >> 16)
	if n == 2 {
		into[1] = byte(bits >> 8)
	}
	return n
}

// decodeQuoted has a library decode what stands before a quote, or all, but for the end:
// it decodes 32 characters at once while 45 are left, and then eight.
func decodeQuoted(into, text []byte) (read int) {
	text = text[:min(len(text), len(into)/3*4)]
	if quote := bytes.IndexByte(text, '"'); quote >= 0 {
		text = text[:quote]
	}
	head := (len(text)-16)&^31 + 16
	if head < 48 {
		return 0
	}
	if n, err := fast.StdEncoding.Decode(into, text[:head]); err != nil || n != head/4*3 {
		return 0 // as where lines or padding are in it
	}
	return head
}

// sixes are the six bits of each character of Base64, and of all others a bit that stays
// too high.
var sixes = func() (bits [256]uint64) {
	for c := range bits {
		bits[c] = 1 << 24
	}
	for six, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		bits[c] = uint64(six)
	}
	return bits
}()
