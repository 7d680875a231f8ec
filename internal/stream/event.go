package stream

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/smithy-go"

	"kinspect/internal/record"
	"kinspect/internal/wire"
)

// pushedProtocol is the protocol of one subscription: its events are read by package wire.
type pushedProtocol struct {
	protocol
	shardID string
	// take is of the next event, and page is the one that was read last: none is read
	// before leave was given for it.
	take record.Take
	page *wire.Page
}

// DeserializeEventMessage reads an event; the SDK whatever else comes.
func (p *pushedProtocol) DeserializeEventMessage(schema *smithy.Schema, known *smithy.TypeRegistry, r io.Reader) (smithy.Deserializable, error) {
	f, framed := r.(*frames)
	if !framed {
		return p.protocol.DeserializeEventMessage(schema, known, r)
	}
	if err := f.next(); err != nil {
		return nil, ended(err)
	}
	if !isEvent(f.ahead) {
		other, err := p.protocol.DeserializeEventMessage(schema, known, r)
		if _, records := other.(*types.SubscribeToShardEvent); records {
			return nil, errHeaders
		}
		return other, err
	}
	page, err := f.event(p.shardID, p.take)
	if err != nil {
		return nil, err
	}
	p.page = page
	return &types.SubscribeToShardEvent{}, nil
}

// errHeaders is an event with records that is not seen to be one by its beginning.
var errHeaders = fmt.Errorf("decode event: its headers are longer than %d bytes", headersMax)

// ended is how the SDK takes it when nothing more comes.
func ended(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return io.EOF
	}
	return fmt.Errorf("decode event: %w", err)
}

const crcBytes = 4

// isEvent tells by the beginning of a message whether it holds records.
func isEvent(begin []byte) bool {
	size, headers := binary.BigEndian.Uint32(begin), binary.BigEndian.Uint32(begin[4:])
	if !intact(begin[:preludeBytes]) || len(begin) != preludeBytes+int(headers) || int64(size) < int64(len(begin)+crcBytes) {
		return false
	}
	alone, err := eventstream.NewDecoder().Decode(bytes.NewReader(withoutPayload(begin)), nil)
	if err != nil {
		return false
	}
	kind, name := alone.Headers.Get(":message-type"), alone.Headers.Get(":event-type")
	return kind != nil && kind.String() == "event" && name != nil && name.String() == "SubscribeToShardEvent"
}

// withoutPayload makes a message of the beginning of another.
func withoutPayload(begin []byte) []byte {
	m := binary.BigEndian.AppendUint32(nil, uint32(len(begin)+crcBytes))
	m = append(m, begin[4:8]...)
	m = binary.BigEndian.AppendUint32(m, crc32.ChecksumIEEE(m))
	m = append(m, begin[preludeBytes:]...)
	return binary.BigEndian.AppendUint32(m, crc32.ChecksumIEEE(m))
}

// event reads the rest of a message, which holds records. That it is cut, or was changed
// on the way, tells more than that it makes no sense.
func (f *frames) event(shardID string, take record.Take) (*wire.Page, error) {
	sum := crc32.NewIEEE()
	_, _ = sum.Write(f.ahead)
	f.ahead = nil
	payload := io.TeeReader(io.LimitReader(f, f.left-crcBytes), sum)
	page, garbled := wire.Read(payload, wire.Event, shardID, take)
	err := f.complete(payload, sum.Sum32)
	if err == nil && garbled != nil {
		err = fmt.Errorf("deserialize event: %w", garbled)
	}
	if err != nil && page != nil {
		page.Release()
	}
	return page, err
}

// complete reads a message to its end, and compares the checksum.
func (f *frames) complete(payload io.Reader, sum func() uint32) error {
	_, err := io.Copy(io.Discard, payload)
	want := make([]byte, crcBytes)
	switch {
	case err != nil:
		return ended(err)
	case f.left > crcBytes:
		return io.EOF
	}
	if _, err := io.ReadFull(f, want); err != nil {
		return ended(err)
	}
	if binary.BigEndian.Uint32(want) != sum() {
		return fmt.Errorf("decode event: %w", eventstream.ChecksumError{})
	}
	return nil
}
