package render

import "kinspect/internal/term"

// jsonLines is `-o json`: an envelope a line. Data that is JSON keeps its order
// of keys and the spelling of its numbers and strings; white space between
// tokens goes, and what could harm a terminal is escaped as JSON allows, on a
// pipe too, so a capture may be looked at with anything.
type jsonLines struct{}

func (jsonLines) Append(dst []byte, it Item) ([]byte, error) {
	line, err := term.AppendJSON(dst, it.Envelope(), "")
	if err != nil {
		panic(err) // data alone can fail, and Envelope has checked it
	}
	return line, nil
}
