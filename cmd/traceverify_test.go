package cmd

import (
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"kinspect/internal/local"
)

// What may not be asked any more is not refuted, and the missing permission is named.
func TestVerifyDenied(t *testing.T) {
	var denied atomic.Value
	denied.Store("")
	server := local.New(local.Options{NoQuotas: true, Faults: func(call local.Call) (f local.Fault) {
		if call.Operation == denied.Load() {
			f.Refuse = "AccessDeniedException"
		}
		return f
	}})
	if err := server.CreateStream("orders", 1); err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(server)
	defer served.Close()
	kept := filepath.Join(t.TempDir(), "r.json")
	kinspect(t, "putrec", "orders", "ord-1", "--endpoint-url", served.URL).want(t, 0)
	kinspect(t, "trace", "orders", "ord-1", "--receipt", kept, "--endpoint-url", served.URL).want(t, 0)
	for operation, says := range map[string]string{
		"":                      "stands: the receipt says found",
		"DescribeStreamSummary": "unchecked: the stream may not be described",
		"ListShards":            "access denied (kinesis:ListShards)",
		"GetShardIterator":      "access denied (kinesis:GetShardIterator)",
		"GetRecords":            "access denied (kinesis:GetRecords)",
	} {
		denied.Store(operation)
		r := kinspect(t, "trace", "verify", kept, "--endpoint-url", served.URL)
		code := 3
		if operation == "" {
			code = 0
		}
		if r.code != code || !strings.Contains(r.stdout, says) || strings.Contains(r.stdout, "refuted") {
			t.Errorf("%s denied: exit code %d\n%s%s", operation, r.code, r.stdout, r.stderr)
		}
	}
}
