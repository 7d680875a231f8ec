package stream

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"kinspect/internal/awsconf"
	"kinspect/internal/local"
	"kinspect/internal/position"
)

// Over TLS what is pushed comes by HTTP/2, and all else by HTTP/1.1, which reads many
// shards twice as fast.
func TestProtocols(t *testing.T) {
	var mu sync.Mutex
	spoken := map[string]int{}
	endpoint := local.New(local.Options{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		mu.Lock()
		spoken[operation] = r.ProtoMajor
		mu.Unlock()
		endpoint.ServeHTTP(w, r)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(bundle, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"AWS_CA_BUNDLE": bundle, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"} {
		t.Setenv(name, value)
	}
	cfg, err := awsconf.Load(t.Context(), awsconf.Options{Region: "us-east-1", EndpointURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	if err := endpoint.CreateStream("orders", 1); err != nil {
		t.Fatal(err)
	}
	client := New(cfg, "orders", RealTime{})
	described, err := client.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	consumer, err := client.RegisterConsumer(t.Context(), described.ARN, "reader")
	if err != nil {
		t.Fatal(err)
	}
	s, err := client.Subscribe(t.Context(), consumer.ARN, "shardId-000000000000", position.Position{Kind: position.TrimHorizon})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	mu.Lock()
	defer mu.Unlock()
	if spoken["SubscribeToShard"] != 2 || spoken["DescribeStreamSummary"] != 1 {
		t.Errorf("spoken: HTTP/%v", spoken)
	}
}
