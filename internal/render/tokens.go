package render

import "bytes"

// tokenEnd is where the JSON token that begins there has ended.
func tokenEnd(text []byte, at int) int {
	switch text[at] {
	case '{', '}', '[', ']', ',', ':':
		return at + 1
	case '"':
		return stringEnd(text, at)
	}
	if length := bytes.IndexAny(text[at:], `{}[],:"`); length > 0 {
		return at + length
	}
	return len(text)
}

func stringEnd(text []byte, at int) int {
	for i := at + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// spans lists the containers of a JSON text in the order in which they begin.
func spans(text []byte) []span {
	var all []span
	var open []int // the places in all of those that have not ended yet
	for at := 0; at < len(text); at = tokenEnd(text, at) {
		switch text[at] {
		case '{', '[':
			open = append(open, len(all))
			all = append(all, span{from: at, to: len(text)})
		case '}', ']':
			if len(open) > 0 {
				all[open[len(open)-1]].to = at + 1
				open = open[:len(open)-1]
			}
		}
	}
	return all
}
