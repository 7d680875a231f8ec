package cmd

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"kinspect/internal/local"
)

// What --metrics asks of CloudWatch is what the README names, and being refused it keeps
// no verdict back.
func TestMetricsPermission(t *testing.T) {
	var mu sync.Mutex
	called := map[string]bool{}
	beside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		called["cloudwatch:"+path.Base(r.URL.Path)] = true
		refusal, _ := cbor.Marshal(map[string]string{"__type": "com.amazonaws.cloudwatch#AccessDenied", "message": "no"})
		w.Header().Set("Smithy-Protocol", rpcCBOR)
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write(refusal)
	}))
	defer beside.Close()
	t.Setenv("AWS_ENDPOINT_URL_CLOUDWATCH", beside.URL)
	server := local.New(local.Options{NoQuotas: true})
	if err := server.CreateStream("orders", 1); err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(server)
	defer served.Close()
	t.Setenv("AWS_ENDPOINT_URL_KINESIS", served.URL)
	r := kinspect(t, "trace", "orders", "ord-9", "--settle", "0s", "--metrics")
	r.want(t, 1)
	got := slices.Sorted(maps.Keys(called))
	if want := permissionsBeside(t)["trace --metrics"]; !slices.Equal(got, want) || len(got) != 1 {
		t.Errorf("--metrics calls %q, and the README names %q", got, want)
	}
	if !strings.Contains(r.stdout, "CloudWatch: not checked: access denied (cloudwatch:GetMetricData)") {
		t.Errorf("it says\n%s", r.stdout)
	}
}
