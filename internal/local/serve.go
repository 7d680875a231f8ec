package local

import (
	"net/http"
	"time"
)

// headerTimeout is how long a client may take to send a request's header.
const headerTimeout = 10 * time.Second

// HTTPServer serves the endpoint on a socket, by HTTP/1.1 and by HTTP/2 without
// TLS: the Node SDK speaks nothing else to Kinesis. The caller gives it a
// listener and ends it.
func (s *Server) HTTPServer() *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Server{Handler: s, Protocols: protocols, ReadHeaderTimeout: headerTimeout}
}
