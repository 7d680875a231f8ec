package peers

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
)

// FanOut stands before [KinesisLocal] and mends its subscriptions, of which no SDK can
// make anything: their event streams lack the initial response. It returns a URL of its
// own. What it does not mend:
//   - an event comes each second, also where there is nothing;
//   - a shard that was closed never ends: empty events go on, without ChildShards.
func FanOut(t testing.TB, endpoint string) string {
	t.Helper()
	to, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.FlushInterval = -1 // event by event
	proxy.ModifyResponse = func(answer *http.Response) error {
		if answer.StatusCode == http.StatusOK && strings.HasSuffix(answer.Request.Header.Get("X-Amz-Target"), ".SubscribeToShard") {
			answer.Body = behind(initialResponse(), answer.Body)
			answer.ContentLength = -1
			answer.Header.Del("Content-Length")
		}
		return nil
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(func() {
		server.CloseClientConnections() // a subscription may be open
		server.Close()
	})
	return server.URL
}

func behind(first []byte, rest io.ReadCloser) io.ReadCloser {
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(first), rest), rest}
}

// initialResponse is the message with which an event stream begins.
//
// https://smithy.io/2.0/aws/amazon-eventstream.html
func initialResponse() []byte {
	const text = 7 // the type of a header's value
	var headers []byte
	for _, h := range [][2]string{{":message-type", "event"}, {":event-type", "initial-response"}, {":content-type", "application/json"}} {
		headers = append(append(headers, byte(len(h[0]))), h[0]...)
		headers = append(binary.BigEndian.AppendUint16(append(headers, text), uint16(len(h[1]))), h[1]...)
	}
	const payload, around = "{}", 16 // sizes and checksums
	m := binary.BigEndian.AppendUint32(nil, uint32(around+len(headers)+len(payload)))
	m = binary.BigEndian.AppendUint32(m, uint32(len(headers)))
	m = binary.BigEndian.AppendUint32(m, crc32.ChecksumIEEE(m))
	m = append(append(m, headers...), payload...)
	return binary.BigEndian.AppendUint32(m, crc32.ChecksumIEEE(m))
}
