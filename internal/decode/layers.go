package decode

import (
	"fmt"
	"slices"
	"strings"
)

// names of the layers that can be forced or forbidden.
var names = []string{
	"json", "kpl", "avro", "base64", "bzip2", "cbor", "cloudwatch-logs", "cloudwatch-logs-control", "confluent", "dynamodb", "glue", "gzip", "lz4", "msgpack", "protobuf", "snappy", "string", "zlib", "zstd",
}

// LayerNames lists the layers that NewDecoder knows by name.
func LayerNames() []string { return slices.Clone(names) }

// Decoder opens blobs, of the layers that it may.
type Decoder struct {
	list          string
	auto, none    bool
	named, barred []string
	schemas       []Schemas
}

// Auto opens all that is known for certain.
var Auto = &Decoder{list: "auto", auto: true}

// NewDecoder reads what may be opened: auto, none, or names with commas between
// them. A name alone lets that layer be opened and no other, and takes for
// certain what only it accepts; behind auto it is one more. A name with a hyphen
// before it bars the layer. JSON is told but with none, which leaves text and
// binary as they are.
func NewDecoder(list string) (*Decoder, error) {
	d := &Decoder{list: list, none: list == "none"}
	for i, word := range strings.Split(list, ",") {
		word = strings.TrimSpace(word)
		name, bars := strings.CutPrefix(word, "-")
		switch {
		case word == "auto":
			d.auto = true
		case d.none:
		case !slices.Contains(names, name):
			return nil, fmt.Errorf("%q is no layer: they are %s; or auto, none", word, strings.Join(names, ", "))
		case bars:
			d.auto = d.auto || i == 0
			d.barred = append(d.barred, name)
		default:
			d.named = append(d.named, name)
		}
	}
	return d, nil
}

// With returns a decoder that opens messages by the schemas, too.
func (d *Decoder) With(schemas ...Schemas) *Decoder {
	with := *d
	with.schemas = append(slices.Clone(d.schemas), schemas...)
	return &with
}

// SchemaNames names the schemas that With was given; none is empty.
func (d *Decoder) SchemaNames() string {
	var all []string
	for _, s := range d.schemas {
		all = append(all, s.String())
	}
	return strings.Join(all, ", ")
}

// Restricted tells whether something that Auto opens is left closed.
func (d *Decoder) Restricted() bool { return !d.auto || len(d.barred) > 0 }

// None tells that nothing is to be opened, so that nothing can fail to be.
func (d *Decoder) None() bool { return d.none }

// String returns what NewDecoder reads.
func (d *Decoder) String() string { return d.list }

// May tells whether a layer may be opened. JSON may, but where it is barred.
func (d *Decoder) May(name string) bool {
	if name == "json" {
		return !d.none && !slices.Contains(d.barred, name)
	}
	return !slices.Contains(d.barred, name) && (d.auto || slices.Contains(d.named, name))
}

// asked tells whether a layer was named.
func (d *Decoder) asked(name string) bool { return slices.Contains(d.named, name) }
