package wire

import (
	"bytes"
	"encoding/base64"

	"kinspect/internal/sweep"
)

// data reads a text in Base64 into the page's memory.
func (s *scanner) data(m *memory) []byte {
	if s.peek() != '"' {
		s.unexpected()
		return nil
	}
	raw, whole := s.quoted()
	if whole {
		if data, ok := m.decode(raw); ok {
			s.at += len(`"`) + len(raw) + len(`"`)
			return data
		}
	}
	return s.pieces(m)
}

// decode decodes all of a text into the page's memory.
func (m *memory) decode(raw []byte) (data []byte, ok bool) {
	into := m.take(base64.StdEncoding.DecodedLen(len(raw)))
	n, ok := decode(into, raw)
	if !ok {
		n = 0
	}
	return m.keep(into, n), ok
}

// quoted is what stands before the next quote, if the window can hold it.
func (s *scanner) quoted() (raw []byte, whole bool) {
	for seen := 1; ; {
		if n := bytes.IndexByte(s.window[s.at+seen:s.end], '"'); n >= 0 {
			return s.window[s.at+1 : s.at+seen+n], true
		}
		if seen = s.end - s.at; seen == windowMax || !s.fill() {
			return nil, false
		}
	}
}

// decodeQuoted decodes what stands before a quote, if that is all in sight, and tells how
// long it is.
func (m *memory) decodeQuoted(seen []byte) (data []byte, n int, whole bool) {
	if n, used := sweep.Base64(m.free, seen); 0 < n && n < len(seen) && seen[n] == '"' {
		return m.keep(m.free, used), n, true
	}
	if n = bytes.IndexByte(seen, '"'); n < 0 {
		return nil, 0, false
	}
	data, whole = m.decode(seen[:n])
	return data, n, whole
}

// decode decodes all of a text, if that has neither escapes nor lines, which the SDK
// takes only where they are escaped.
func decode(into, raw []byte) (n int, ok bool) {
	read, n := sweep.Base64(into, raw)
	return n, read == len(raw)
}

// pieces reads a text in Base64 that is longer than the window, or has escapes or what is
// no Base64.
func (s *scanner) pieces(m *memory) []byte {
	p := pieces{memory: m}
	defer p.discard()
	for s.at++; s.err == nil; {
		n := plain(s.window[s.at:s.end])
		if s.add(&p, s.window[s.at:s.at+n]); s.err != nil {
			break
		}
		switch s.at += n; {
		case s.at == s.end:
			if !s.fill() {
				s.stop(errEarly)
			}
		case s.window[s.at] == '"':
			s.at++
			if p.waits > 0 {
				s.stop(base64.CorruptInputError(p.length))
				return nil
			}
			return p.join()
		case s.window[s.at] == '\\':
			if c := s.escape(); s.err == nil && c != '\n' && c != '\r' { // which Base64 passes over
				s.add(&p, []byte{c})
			}
		default:
			s.fail("data has the control character %q", s.window[s.at])
		}
	}
	return nil
}

func (s *scanner) add(p *pieces, text []byte) {
	if err := p.add(text); err != nil {
		s.stop(err)
	}
}

// pieces are data that comes in parts, each of which ends anywhere.
type pieces struct {
	memory *memory
	done   [][]byte // chunks that were borrowed
	free   []byte   // the rest of the last of them
	length int64
	quad   [4]byte
	waits  int // of it
	padded bool
}

func (p *pieces) add(text []byte) error {
	for len(text) > 0 {
		if p.padded {
			return base64.CorruptInputError(p.length)
		}
		if p.waits > 0 || len(text) < len(p.quad) {
			n := copy(p.quad[p.waits:], text)
			text = text[n:]
			if p.waits += n; p.waits == len(p.quad) {
				p.waits = 0
				if err := p.decode(p.quad[:]); err != nil {
					return err
				}
			}
			continue
		}
		whole := text[:min(len(text), chunkBytes)&^3]
		text = text[len(whole):]
		if err := p.decode(whole); err != nil {
			return err
		}
	}
	return nil
}

// decode decodes whole fours.
func (p *pieces) decode(text []byte) error {
	for len(text) > 0 {
		if len(p.free) < 3 {
			chunk := p.memory.borrow()
			p.done = append(p.done, chunk)
			p.free = chunk[:chunkBytes/3*3]
		}
		part := text[:min(len(text), len(p.free)/3*4)]
		n, ok := decode(p.free, part)
		if !ok {
			return base64.CorruptInputError(p.length)
		}
		text, p.free, p.length = text[len(part):], p.free[n:], p.length+int64(n)
		if p.padded = n < len(part)/4*3; p.padded && len(text) > 0 {
			return base64.CorruptInputError(p.length)
		}
	}
	return nil
}

// join is all of the data, in one.
func (p *pieces) join() []byte {
	all := make([]byte, 0, p.length)
	for _, chunk := range p.done {
		all = append(all, chunk[:min(len(chunk)/3*3, cap(all)-len(all))]...)
	}
	return all
}

func (p *pieces) discard() {
	for _, chunk := range p.done {
		p.memory.giveBack(chunk)
	}
}
