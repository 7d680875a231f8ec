package local_test

import (
	"net"
	"net/http"
	"testing"
	"time"

	"kinspect/internal/local"
)

// listen serves an endpoint on a real socket until the test ends, and gives its
// URL.
func listen(t *testing.T, server *local.Server) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	web := server.HTTPServer()
	go func() { _ = web.Serve(listener) }()
	t.Cleanup(func() { _ = web.Close() })
	return "http://" + listener.Addr().String()
}

// Both protocols are served without TLS, and net/http, which dates answers by
// itself, leaves ours alone in both.
func TestProtocols(t *testing.T) {
	clock := local.NewJumpClock(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	url := listen(t, local.New(local.Options{Clock: clock}))
	for want, set := range map[string]func(*http.Protocols){
		"HTTP/1.1": func(p *http.Protocols) { p.SetHTTP1(true) },
		"HTTP/2.0": func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) },
	} {
		transport := &http.Transport{Protocols: new(http.Protocols)}
		set(transport.Protocols)
		answer, err := (&http.Client{Transport: transport}).Get(url)
		if err != nil {
			t.Errorf("%s: %v", want, err)
			continue
		}
		answer.Body.Close()
		transport.CloseIdleConnections()
		date, err := http.ParseTime(answer.Header.Get("Date"))
		if answer.Proto != want || len(answer.Header.Values("Date")) != 1 || err != nil || date.Year() != 2020 {
			t.Errorf("%s: answered by %s on %q", want, answer.Proto, answer.Header.Values("Date"))
		}
	}
}
