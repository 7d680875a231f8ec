package cmd

import (
	"fmt"

	"github.com/spf13/pflag"

	"kinspect/internal/decode"
)

func bindDecode(f *pflag.FlagSet, list *string) {
	f.StringVar(list, "decode", decode.Auto.String(), "what to open: auto, none, or `layers` by name, such as gzip,json, or auto,-base64 for all but one")
}

func parseDecode(list string) (*decode.Decoder, error) {
	decoder, err := decode.NewDecoder(list)
	if err != nil {
		return nil, &usageError{err: fmt.Errorf("--decode: %w", err)}
	}
	return decoder, nil
}
