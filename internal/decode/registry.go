package decode

import (
	"encoding/binary"
	"fmt"
	"strconv"
)

// header stands before a message whose schema a registry holds.
type header struct {
	name, registry string
	// split returns what the header calls the schema, and the body behind it, of at
	// most limit bytes.
	split func(data []byte, limit int) (id string, body []byte, err error)
	// begins tells whether data begins with such a header, and likely whether that
	// is worth to be named where nothing opens it.
	begins, likely func(data []byte) bool
}

var headers = []header{
	{"glue", "Glue", splitGlue, beginsGlue, beginsGlue},
	{"confluent", "Confluent", splitConfluent, beginsConfluent, likelyConfluent},
}

// Headers of schema registries.
//
// https://docs.aws.amazon.com/glue/latest/dg/schema-registry-integrations.html
// https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
const (
	glueMagic, glueZlib, glueHeader = 3, 5, 2 + 16
	confluentMagic, confluentHeader = 0, 1 + 4
)

func beginsGlue(data []byte) bool {
	return len(data) > glueHeader && data[0] == glueMagic && (data[1] == 0 || data[1] == glueZlib)
}

// splitGlue goes behind the version, the compression and the schema version's UUID.
func splitGlue(data []byte, limit int) (id string, body []byte, err error) {
	id, body = uuid(data[2:glueHeader]), data[glueHeader:]
	if data[1] == glueZlib {
		body, err = unzlib(body, limit)
	}
	return id, body, err
}

// uuid writes 16 bytes as one.
func uuid(b []byte) string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func beginsConfluent(data []byte) bool {
	return len(data) > confluentHeader && data[0] == confluentMagic
}

// likelyConfluent wants a schema's number below 2^24.
func likelyConfluent(data []byte) bool { return data[1] == 0 }

// splitConfluent goes behind a zero and the schema's number.
func splitConfluent(data []byte, _ int) (id string, body []byte, err error) {
	number := binary.BigEndian.Uint32(data[1:])
	return strconv.FormatUint(uint64(number), 10), data[confluentHeader:], nil
}

// headed returns the layers of a message with a header, or none. So few bytes are
// no proof of one: what is behind them must be JSON, or what a schema takes.
func (o *opener) headed(data []byte) []layer {
	for _, h := range headers {
		if !h.begins(data) || !o.May(h.name) {
			continue
		}
		id, body, err := h.split(data, o.most(data))
		inner := layer{}
		if err == nil && !isJSON(body) {
			inner, err = o.behind(h, id, body)
		}
		if err == nil {
			return layers(peeled(h.name, body), inner)
		}
		if h.likely(data) {
			o.refused = fmt.Errorf("%s Schema Registry message of schema %s: %w", h.registry, id, err)
		}
	}
	return nil
}

// behind returns the layer of the body of a message whose header names a schema.
func (o *opener) behind(h header, id string, body []byte) (layer, error) {
	l, err := o.fitting(h.name, id, body, o.left-len(body))
	if l.name == "" && err == nil {
		err = fmt.Errorf("give --avro with a directory that has %s.avsc, or --proto", id)
	}
	return l, err
}

func layers(outer, inner layer) []layer {
	if inner.name == "" {
		return []layer{outer}
	}
	return []layer{outer, inner}
}

func isJSON(data []byte) bool {
	documents, err := parseJSON(data)
	return err == nil && documents != nil
}
