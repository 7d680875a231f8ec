package cmd

import (
	"net/http/httptest"
	"strings"
	"testing"

	"kinspect/internal/local"
)

// What helps is told of a put as well, and it is not what helps a reader; also where
// some lines went in before.
func TestRemediesOfAPut(t *testing.T) {
	for _, c := range []struct {
		refusal string
		first   int // call that is refused
		code    int
		hint    string
	}{
		{"KMSAccessDeniedException", 1, 2, "kms:GenerateDataKey on the stream's key"},
		{"ExpiredTokenException", 2, 3, "renew the credentials"},
		{"AccessDeniedException", 2, 3, "the permission kinesis:PutRecords on the stream"},
	} {
		server := local.New(local.Options{NoQuotas: true, Faults: func(call local.Call) (f local.Fault) {
			if call.Operation == "PutRecords" && call.N >= c.first {
				f.Refuse = c.refusal
			}
			return f
		}})
		if err := server.CreateStream("orders", 1); err != nil {
			t.Fatal(err)
		}
		served := httptest.NewServer(server)
		r := kinspectWith(t, strings.NewReader(strings.Repeat("x\n", 600)), "putrec", "orders", "--rate", "off", "--endpoint-url", served.URL)
		served.Close()
		if r.code != c.code || !strings.Contains(r.stderr, "kinspect: hint: ") || !strings.Contains(r.stderr, c.hint) {
			t.Errorf("%s: exit code %d, says %s", c.refusal, r.code, r.stderr)
		}
	}
}
