package cmd

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"kinspect/internal/decode"
)

// decodeFlags say what is opened, and by which schemas.
type decodeFlags struct{ layers, avro, proto, message string }

func (f *decodeFlags) bind(b *pflag.FlagSet) {
	b.StringVar(&f.layers, "decode", decode.Auto.String(), "what to open: auto, none, or `layers` by name, such as gzip,base64; or auto,-base64 for all but one")
	b.StringVar(&f.avro, "avro", "", "read Avro messages by the schema in this `file`, or by those of a directory: 7.avsc for a registry's ID")
	b.StringVar(&f.proto, "proto", "", "read protobuf messages by this .proto `file`, or by a compiled descriptor set")
	b.StringVar(&f.message, "message", "", "the `name` of the message in the file of --proto; it may be left out where there is one")
}

// decoder loads the schemas.
func (f *decodeFlags) decoder() (*decode.Decoder, error) {
	decoder, err := decode.NewDecoder(f.layers)
	if err != nil {
		return nil, &usageError{err: fmt.Errorf("--decode: %w", err)}
	}
	if f.message != "" && f.proto == "" {
		return nil, &usageError{err: errors.New("--message needs a file that defines it"), hint: "give --proto FILE too"}
	}
	if f.avro != "" {
		avro, err := decode.LoadAvro(f.avro)
		if err != nil {
			return nil, &usageError{err: fmt.Errorf("--avro: %w", err)}
		}
		decoder = decoder.With(avro)
	}
	if f.proto != "" {
		protobuf, err := decode.LoadProtobuf(f.proto, f.message)
		if err != nil {
			return nil, &usageError{err: fmt.Errorf("--proto: %w", err)}
		}
		decoder = decoder.With(protobuf)
	}
	return decoder, nil
}
