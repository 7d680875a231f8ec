package jq

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// parser reads a document in one pass, and stops where it is no JSON: of what was
// wrong it knows nothing.
type parser struct {
	text  string
	at    int // the next byte
	left  int // values that may still come
	depth int
	// names and values are those of the containers that are open, the innermost last,
	// so that each is made once and as large as it is.
	names  []string
	values []any
}

var parsers = sync.Pool{New: func() any { return new(parser) }}

// release gives the parser back, without what it read.
func (p *parser) release() {
	clear(p.names[:cap(p.names)])
	clear(p.values[:cap(p.values)])
	*p = parser{names: p.names[:0], values: p.values[:0]}
	if cap(p.values) <= keptMax {
		parsers.Put(p)
	}
}

// keptMax bounds the values for which a parser that waits has room.
const keptMax = 1 << 12

func (p *parser) document() (value any, ok bool) {
	p.left = valuesMax
	if value, ok = p.value(); !ok {
		return nil, false
	}
	p.next()
	return value, p.at == len(p.text)
}

// why says what is wrong with a document that is not one.
func (p *parser) why(document []byte) error {
	if p.left < 0 {
		return errValues
	}
	tokens := jsontext.NewDecoder(bytes.NewBuffer(document),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for read := false; !read || tokens.StackDepth() > 0; read = true {
		if _, err := tokens.ReadToken(); err == io.EOF {
			return io.ErrUnexpectedEOF
		} else if err != nil {
			return err
		}
	}
	if _, err := tokens.ReadToken(); err != nil {
		return fmt.Errorf("after the value: %w", err)
	}
	return errors.New("a second value follows the first")
}

func (p *parser) value() (value any, ok bool) {
	if p.left--; p.left < 0 {
		return nil, false
	}
	switch c := p.next(); c {
	case '{', '[':
		return p.container(c)
	case '"':
		return p.quoted()
	case 't':
		return true, p.literal("true")
	case 'f':
		return false, p.literal("false")
	case 'n':
		return nil, p.literal("null")
	}
	return p.number()
}

// next is the first byte that is no blank, which is not taken yet; at the end it is 0.
func (p *parser) next() byte {
	for ; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; c {
		case ' ', '\n', '\t', '\r':
		default:
			return c
		}
	}
	return 0
}

// takes takes the next byte that is no blank, if it is c.
func (p *parser) takes(c byte) bool {
	if p.next() != c || p.at == len(p.text) {
		return false
	}
	p.at++
	return true
}

func (p *parser) literal(name string) bool {
	if !strings.HasPrefix(p.text[p.at:], name) {
		return false
	}
	p.at += len(name)
	return true
}

func (p *parser) container(bracket byte) (value any, ok bool) {
	if p.depth++; p.depth > depthMax {
		return nil, false
	}
	p.at++
	if bracket == '{' {
		value, ok = p.object()
	} else {
		value, ok = p.array()
	}
	p.depth--
	return value, ok
}

func (p *parser) object() (any, bool) {
	names, values := len(p.names), len(p.values)
	for more := p.next() != '}'; more; more = p.takes(',') {
		name, ok := p.name()
		if !ok {
			return nil, false
		}
		value, ok := p.value()
		if !ok {
			return nil, false
		}
		p.names, p.values = append(p.names, name), append(p.values, value)
	}
	object := make(map[string]any, len(p.names)-names)
	for i, name := range p.names[names:] {
		object[name] = p.values[values+i]
	}
	p.names, p.values = p.names[:names], p.values[:values]
	return object, p.takes('}')
}

// name reads one with the colon behind it.
func (p *parser) name() (name string, ok bool) {
	if p.next() != '"' {
		return "", false
	}
	if name, ok = p.quoted(); !ok {
		return "", false
	}
	return name, p.takes(':')
}

func (p *parser) array() (any, bool) {
	values := len(p.values)
	for more := p.next() != ']'; more; more = p.takes(',') {
		value, ok := p.value()
		if !ok {
			return nil, false
		}
		p.values = append(p.values, value)
	}
	array := make([]any, len(p.values)-values)
	copy(array, p.values[values:])
	p.values = p.values[:values]
	return array, p.takes(']')
}

func (p *parser) number() (any, bool) {
	start := p.at
	p.skip('-')
	if !p.skip('0') && p.digits() == 0 {
		return nil, false
	}
	if p.skip('.') && p.digits() == 0 {
		return nil, false
	}
	if p.skip('e') || p.skip('E') {
		if !p.skip('+') {
			p.skip('-')
		}
		if p.digits() == 0 {
			return nil, false
		}
	}
	return json.Number(p.text[start:p.at]), true
}

// skip takes the next byte, if it is c.
func (p *parser) skip(c byte) bool {
	if p.at == len(p.text) || p.text[p.at] != c {
		return false
	}
	p.at++
	return true
}

// digits takes all that come, and tells how many.
func (p *parser) digits() int {
	start := p.at
	for p.at < len(p.text) && '0' <= p.text[p.at] && p.text[p.at] <= '9' {
		p.at++
	}
	return p.at - start
}
