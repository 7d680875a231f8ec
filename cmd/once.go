package cmd

import (
	"errors"

	"github.com/spf13/pflag"
)

// once is a text that chooses records. Given twice, the first would just go away,
// and with it what it left out.
type once struct {
	text  *string
	given bool
}

func bindOnce(f *pflag.FlagSet, text *string, name, usage string) {
	f.Var(&once{text: text}, name, usage)
}

var errTwice = errors.New("it can be given only once")

func (o *once) Set(text string) error {
	if o.given {
		return errTwice
	}
	*o.text, o.given = text, true
	return nil
}

func (o *once) String() string {
	if o.text == nil { // asked by pflag of none
		return ""
	}
	return *o.text
}

// Type is that of a text, as the help shows it.
func (o *once) Type() string { return "string" }
