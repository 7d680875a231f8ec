package cmd

import (
	"net/http/httptest"
	"strings"
	"testing"

	"kinspect/internal/local"
)

// What helps against a failure of all shards is said once.
func TestTailSaysWhatHelps(t *testing.T) {
	t.Parallel()
	server := local.New(local.Options{Faults: func(c local.Call) (f local.Fault) {
		if c.Operation == "GetRecords" {
			f.Refuse = "AccessDeniedException"
		}
		return f
	}})
	if err := server.CreateStream("orders", 2); err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(server)
	defer served.Close()
	const warning, hint = ": access denied (kinesis:GetRecords)\n", "kinspect: hint: the caller needs the permission kinesis:GetRecords on the stream\n"
	r := kinspect(t, "tail", "orders", "--endpoint-url", served.URL)
	r.want(t, 3)
	if strings.Count(r.stderr, warning) != 2 || strings.Count(r.stderr, hint) != 1 {
		t.Error(r.stderr)
	}
	r = kinspect(t, "tail", "orders", "-q", "--endpoint-url", served.URL)
	r.want(t, 3)
	if strings.Count(r.stderr, warning) != 2 || strings.Contains(r.stderr, "hint") {
		t.Errorf("with -q: %s", r.stderr)
	}
}
