package trace

import (
	"slices"
	"strings"

	"kinspect/trace/receipt"
)

// layerNames says what layers are, where their names alone do not.
var layerNames = map[string]string{
	"kpl": "a KPL aggregate", "cloudwatch-logs": "an envelope of CloudWatch Logs", "cloudwatch-logs-control": "an envelope of CloudWatch Logs",
	"dynamodb": "a change record of DynamoDB", "string": "a JSON string", "avro": "Avro", "protobuf": "protobuf", "cbor": "CBOR",
	"glue": "the Glue Schema Registry's header", "confluent": "Confluent's header", "msgpack": "MessagePack",
}

// hiding are the layers whose bytes do not show the text that is in them.
var hiding = []string{"base64", "gzip", "zlib", "deflate", "zstd", "snappy", "lz4", "bzip2"}

// within says in which layers of a record the event stands, the innermost first, and
// whether a search of the bytes as they are misses it there. It is empty where the
// record's key or its data as put is what was sought.
func within(e receipt.Event, m receipt.Match) string {
	layers := slices.DeleteFunc(slices.Clone(m.Decoded), func(layer string) bool { return layer == "json" })
	asPut := e.SHA256 == m.SHA256 || e.Data != nil && e.Data.SHA256 == m.SHA256
	if len(layers) == 0 || len(content(e)) == 0 || asPut || m.Path == "partitionKey" || m.Path == "aggregate" {
		return ""
	}
	missed := slices.ContainsFunc(layers, func(layer string) bool { return slices.Contains(hiding, layer) })
	slices.Reverse(layers)
	for i, layer := range layers {
		if name := layerNames[layer]; name != "" {
			layers[i] = name
		}
	}
	said := "inside " + strings.Join(layers, " in ")
	if missed {
		said += ", where a search of the bytes as they are does not see it"
	}
	return said
}
