package cmd

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagError says in our words what pflag says in those of Go's parsers.
func flagError(c *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	var lacking *pflag.ValueRequiredError
	var unknown *pflag.NotExistError
	switch {
	case errors.As(err, &invalid):
		return valueError(invalid)
	case errors.As(err, &lacking):
		name := lacking.GetFlag().Name
		return &usageError{err: fmt.Errorf("--%s needs a value", name), hint: "write --" + name + "=VALUE"}
	case errors.As(err, &unknown):
		return unknownFlag(c, unknown.GetSpecifiedName(), unknown.GetSpecifiedShortnames() != "")
	}
	return &usageError{err: err, hint: c.CommandPath() + " --help lists the flags"}
}

// valueError is a value that a flag's type cannot take; texts take all.
func valueError(e *pflag.InvalidValueError) error {
	name, value := e.GetFlag().Name, e.GetValue()
	switch e.GetFlag().Value.Type() {
	case "bool":
		return &usageError{err: fmt.Errorf("--%s takes no value such as %q", name, value), hint: "write --" + name + " by itself, or leave it out"}
	case "duration":
		return &usageError{err: fmt.Errorf("--%s %q is not a duration", name, value), hint: "a duration is 500ms, 10s, 2m or 1h30m"}
	case "int":
		what := "is not a whole number"
		if errors.Is(e, strconv.ErrRange) {
			what = "is out of range"
		}
		return &usageError{err: fmt.Errorf("--%s %q %s", name, value, what), hint: "write --" + name + " 10, for instance"}
	}
	return &usageError{err: fmt.Errorf("--%s %q: %w", name, value, errors.Unwrap(e))}
}
