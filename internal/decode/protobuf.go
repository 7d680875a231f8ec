package decode

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// Protobuf opens messages of one type. It is safe for concurrent use.
type Protobuf struct {
	file    string
	sum     [32]byte // of all files read
	message protoreflect.MessageDescriptor
	types   *dynamicpb.Types
}

// String names the type, the file that LoadProtobuf was given and the SHA-256 of
// that file, with the files that it imports behind it in the order of their names.
func (p *Protobuf) String() string {
	return fmt.Sprintf("protobuf %s of %s, SHA-256 %x", p.message.FullName(), p.file, p.sum)
}

var (
	errNoMessage = errors.New("an empty message, and nothing tells that it is one")
	errStranger  = errors.New("the schema does not name most of its bytes")
	errIsText    = errors.New("readable text, and a message only by chance")
)

// leastText is the least message that is readable and holds a string: the least
// length that is no control character is a tab, 9, and a tag stands before it.
const leastText = 1 + 1 + 9

// layer opens a bare message, or one behind a registry's header and the numbers
// that its serializer writes to name the message type. There is one schema, so
// whatever id a header gives is taken to mean it.
func (p *Protobuf) layer(header, _ string) (layer, error) {
	behind := func(data []byte) ([]byte, error) { return data, nil }
	switch header {
	case "":
	case "confluent":
		behind = p.behindConfluent
	case "glue":
		behind = p.behindGlue
	default:
		return layer{}, fmt.Errorf("protobuf behind %s is not known", header)
	}
	return layer{name: "protobuf", peel: func(data []byte, limit int) ([]byte, error) {
		message, err := behind(data)
		if err != nil {
			return nil, err
		}
		return p.open(message, limit, header == "")
	}}, nil
}

// open turns a message into JSON, of at most limit bytes.
//
// Its writer may have had a newer schema, whose fields ours does not name. What
// ours does name is read all the same, and jq can ask for nothing else; so such a
// message is taken, and the bytes it came from are searched as they are. But where
// the schema does not name most of the bytes, it is the wrong one. Of bare text the
// schema must name every byte: some words are messages by chance.
func (p *Protobuf) open(data []byte, limit int, bare bool) ([]byte, error) {
	if len(data) == 0 {
		return nil, errNoMessage
	}
	b := builder{wireScan: wireScan{types: p.types}, limit: limit, sizes: map[protoreflect.FullName]int{}}
	message, err := b.build(data, p.message, 1)
	switch {
	case err != nil:
		return nil, err
	case 2*b.unknown > len(data):
		return nil, errStranger
	case bare && (b.unknown > 0 || len(data) < leastText) && Readable(data):
		return nil, errIsText
	}
	return b.json(message)
}
