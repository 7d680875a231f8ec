package cmd

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"kinspect/internal/local"
)

// listed are the names behind which each must be asked for by itself.
var listed = map[string]string{
	"firehose:ListDeliveryStreams":      `{"DeliveryStreamNames":["lake"],"HasMoreDeliveryStreams":false}`,
	"kinesisanalytics:ListApplications": `{"ApplicationSummaries":[{"ApplicationName":"sums"}]}`,
}

// What is asked about who reads the stream is what the README names, and what is refused
// is named, and keeps neither map nor verdict back.
func TestConsumersPermissions(t *testing.T) {
	var mu sync.Mutex
	called := map[string]bool{}
	beside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		target, action, targeted := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		action = map[string]string{"Firehose_20150804": "firehose:", "KinesisAnalytics_20180523": "kinesisanalytics:"}[target] + action
		if !targeted {
			action = "lambda:" + actionOf(r)
		}
		called[action] = true
		text, there := listed[action]
		if !there {
			w.Header().Set("X-Amzn-Errortype", "AccessDeniedException")
			w.WriteHeader(http.StatusBadRequest)
			text = denied
		}
		_, _ = io.WriteString(w, text)
	}))
	defer beside.Close()
	for _, service := range []string{"LAMBDA", "FIREHOSE", "KINESIS_ANALYTICS_V2"} {
		t.Setenv("AWS_ENDPOINT_URL_"+service, beside.URL)
	}
	server := local.New(local.Options{NoQuotas: true})
	if err := server.CreateStream("orders", 1); err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(server)
	defer served.Close()
	page := filepath.Join(t.TempDir(), "r.html")
	kinspect(t, "putrec", "orders", "ord-1", "--endpoint-url", served.URL).want(t, 0)
	for flag, words := range map[string][]string{
		"shardmap --consumers": {"shardmap", "orders", "--consumers"},
		"trace --report":       {"trace", "orders", "ord-1", "--report", page},
	} {
		clear(called)
		r := kinspect(t, append(words, "--endpoint-url", served.URL)...)
		r.want(t, 0)
		got, want := slices.Sorted(maps.Keys(called)), permissionsBeside(t)[flag]
		if !slices.Equal(got, want) || len(got) != 5 {
			t.Errorf("%s calls %q, and the README names %q", flag, got, want)
		}
		said := r.stdout
		if flag == "trace --report" {
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			said = string(text)
		}
		for _, action := range got {
			if _, there := listed[action]; !there && !strings.Contains(said, "not checked: access denied ("+action+")") {
				t.Errorf("%s does not name %s:\n%s", flag, action, said)
			}
		}
	}
}
