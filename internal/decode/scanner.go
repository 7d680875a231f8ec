package decode

// jsonScanner goes over JSON and keeps nothing of it. Its text is UTF-8.
type jsonScanner struct {
	text  []byte
	at    int // the next byte
	depth int
	err   error // why a value was not gone over; nil where it is no JSON
}

// value goes over one, with no blanks before it, and tells whether it is one.
func (s *jsonScanner) value() bool {
	if s.at == len(s.text) {
		return false
	}
	switch c := s.text[s.at]; c {
	case '{', '[':
		return s.container(c)
	case '"':
		return s.quoted()
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	}
	return s.number()
}

func (s *jsonScanner) blanks() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\n', '\t', '\r':
			s.at++
		default:
			return
		}
	}
}

// takes takes the next byte, if it is c.
func (s *jsonScanner) takes(c byte) bool {
	if s.at == len(s.text) || s.text[s.at] != c {
		return false
	}
	s.at++
	return true
}

func (s *jsonScanner) literal(name string) bool {
	for i := range len(name) {
		if !s.takes(name[i]) {
			return false
		}
	}
	return true
}

func (s *jsonScanner) container(bracket byte) bool {
	s.at++
	if s.depth++; s.depth > MaxNesting {
		s.err = errTooDeep
		return false
	}
	end := bracket + 2 // in ASCII, both of them
	s.blanks()
	for more := !s.takes(end); more; {
		if bracket == '{' && !s.name() || !s.value() {
			return false
		}
		if s.blanks(); s.takes(end) {
			break
		}
		if !s.takes(',') {
			return false
		}
		s.blanks()
	}
	s.depth--
	return true
}

// name goes over one, the colon behind it and the blanks around that.
func (s *jsonScanner) name() bool {
	if !s.quoted() {
		return false
	}
	if s.blanks(); !s.takes(':') {
		return false
	}
	s.blanks()
	return true
}

// asIs tells which bytes stand for themselves in a string.
var asIs = func() (is [256]bool) {
	for c := range is {
		is[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return is
}()

func (s *jsonScanner) quoted() bool {
	if !s.takes('"') {
		return false
	}
	for {
		at := s.at // the processor's own, as most bytes are of strings
		for at < len(s.text) && asIs[s.text[at]] {
			at++
		}
		if s.at = at; s.takes('"') {
			return true
		}
		if !s.takes('\\') || !s.escape() {
			return false
		}
	}
}

// escape goes over what follows a backslash.
func (s *jsonScanner) escape() bool {
	if s.at == len(s.text) {
		return false
	}
	c := s.text[s.at]
	s.at++
	switch c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		for range 4 {
			if s.at == len(s.text) || !isHex(s.text[s.at]) {
				return false
			}
			s.at++
		}
		return true
	}
	return false
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func (s *jsonScanner) number() bool {
	s.takes('-')
	if !s.takes('0') && !s.digits() {
		return false
	}
	if s.takes('.') && !s.digits() {
		return false
	}
	if !s.takes('e') && !s.takes('E') {
		return true
	}
	if !s.takes('+') {
		s.takes('-')
	}
	return s.digits()
}

// digits goes over all that come, and tells whether there is any.
func (s *jsonScanner) digits() bool {
	start := s.at
	for s.at < len(s.text) && '0' <= s.text[s.at] && s.text[s.at] <= '9' {
		s.at++
	}
	return s.at > start
}
