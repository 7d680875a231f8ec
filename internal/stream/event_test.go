package stream

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/schemas"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// letAll is an event stream whose messages are all let in.
func letAll(text []byte) *frames {
	f := &frames{body: io.NopCloser(bytes.NewReader(text)), begun: true, sizes: make(chan int64), let: make(chan struct{}), arrived: make(chan struct{}, 1), closed: make(chan struct{})}
	go func() {
		for {
			select {
			case <-f.sizes:
				f.let <- struct{}{}
			case <-f.closed:
				return
			}
		}
	}()
	return f
}

// messages are read to their end; each is told in a line, and so is how they end.
func messages(p smithyhttp.ClientProtocol, r io.Reader, records func(smithy.Deserializable) string) (told []string) {
	for {
		event, err := p.DeserializeEventMessage(schemas.SubscribeToShardEventStream, kinesis.TypeRegistry, r)
		var api smithy.APIError
		switch {
		case err == io.EOF:
			return append(told, "the end")
		case errors.As(err, &api):
			return append(told, "refused: "+api.ErrorCode())
		case err != nil:
			return append(told, "failed")
		}
		if _, known := event.(*types.SubscribeToShardEvent); !known {
			told = append(told, "unknown")
			continue
		}
		told = append(told, records(event))
	}
}

func asWeRead(text []byte) []string {
	f := letAll(text)
	defer f.Close()
	p := &pushedProtocol{protocol: newProtocol(), shardID: "s"}
	return messages(p, f, func(smithy.Deserializable) string {
		told := p.page.Continuation
		for _, r := range p.page.Records {
			told += fmt.Sprintf(" %s %q", r.SequenceNumber, r.Data)
		}
		p.page.Release()
		return told
	})
}

func asTheSDKReads(text []byte) []string {
	return messages(newProtocol(), bytes.NewReader(text), func(event smithy.Deserializable) string {
		e := event.(*types.SubscribeToShardEvent)
		told := aws.ToString(e.ContinuationSequenceNumber)
		for _, r := range e.Records {
			told += fmt.Sprintf(" %s %q", aws.ToString(r.SequenceNumber), r.Data)
		}
		return told
	})
}

// eventStreams are event streams of all kinds.
func eventStreams() [][]byte {
	big := event("SubscribeToShardEvent", `{"Records":[{"SequenceNumber":"9","Data":"`+strings.Repeat("QUJD", 200_000)+`"}],"ContinuationSequenceNumber":"9"}`)
	all := [][]byte{
		{}, pushedEvent(1), slices.Concat(pushedEvent(1), big, pushedEvent(2)), slices.Concat(event("Weather", "{}"), pushedEvent(1)),
		slices.Concat(pushedEvent(1), exception("KMSDisabledException"), pushedEvent(2)), exception("WeatherException"),
		event("SubscribeToShardEvent", ""), event("SubscribeToShardEvent", "null"), event("SubscribeToShardEvent", "{}"), event("SubscribeToShardEvent", "[]"),
		slices.Concat(event("SubscribeToShardEvent", `{"Records":[{`), pushedEvent(1)),
		message("{}", ":message-type", "event"), message("{}", ":event-type", "SubscribeToShardEvent"), message("{}"),
		message("{}", ":message-type", "error", ":error-code", "Broken", ":error-message", "why"), message("{}", ":message-type", "event", ":message-type", "error", ":event-type", "SubscribeToShardEvent"),
		big[:len(big)/2], big[:len(big)-4], big[:len(big)-1], big[:8], big[:12], big[:20],
	}
	for _, i := range []int{0, 3, 5, 9, 13, 20, 60, 150, len(pushedEvent(1)) - 1} {
		changed := pushedEvent(1)
		changed[i] ^= 1
		all = append(all, changed, slices.Concat(changed, pushedEvent(2)))
	}
	return all
}

func compareEvents(t *testing.T, text []byte) {
	t.Helper()
	if ours, sdk := asWeRead(text), asTheSDKReads(text); !slices.Equal(ours, sdk) {
		t.Errorf("%.300q:\nwe read %.300q,\nthe SDK %.300q", text, ours, sdk)
	}
}

func TestEventsAsTheSDKReadsThem(t *testing.T) {
	for _, text := range eventStreams() {
		compareEvents(t, text)
	}
}

// The one difference: the headers of an event must not be longer than is read of them
// before it is let in.
func TestEventOfLongHeaders(t *testing.T) {
	if got := asWeRead(message("{}", ":message-type", "event", ":event-type", "SubscribeToShardEvent", "long", strings.Repeat("x", headersMax))); !slices.Equal(got, []string{"failed"}) {
		t.Error(got)
	}
}

// FuzzEvents: two messages, one of them of any kind, and cut or changed anywhere, are
// read as the SDK reads them.
func FuzzEvents(f *testing.F) {
	for _, payload := range []string{"", "null", "{}", `{"Records":[{"SequenceNumber":"1","Data":"QUJD"}],"ContinuationSequenceNumber":"2"}`, `{"message":"why"}`} {
		for at := range uint16(4) {
			f.Add("event", "SubscribeToShardEvent", []byte(payload), at*50, at%2 == 0)
		}
		f.Add("event", "Weather", []byte(payload), uint16(0), false)
		f.Add("exception", "KMSDisabledException", []byte(payload), uint16(0), false)
	}
	f.Fuzz(func(t *testing.T, kind, name string, payload []byte, at uint16, cut bool) {
		if bytes.Contains(bytes.ToLower(payload), []byte("na")) || bytes.Contains(bytes.ToLower(payload), []byte(`\u`)) || len(kind)+len(name) > 200 {
			return // it may be an arrival time at which the SDK panics
		}
		odd := message(string(payload), ":message-type", kind, ":event-type", name, ":exception-type", name)
		text := slices.Concat(pushedEvent(1), odd, pushedEvent(2))
		switch at := int(at); {
		case at == 0 || at >= len(text):
		case cut:
			text = text[:at]
		default:
			text[at] ^= 4
		}
		compareEvents(t, text)
	})
}
