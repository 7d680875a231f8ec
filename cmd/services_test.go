package cmd

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// fakeServices are the services beside a script's stream, at the wire: to each action
// they give the answers that the script has for it, in their order and the last one for
// good. An action without one is refused, as it is where a permission is missing.
type fakeServices struct {
	url     string
	mu      sync.Mutex
	answers map[string][]string
}

type servicesKey struct{}

func newServices(env *testscript.Env) *fakeServices {
	f := &fakeServices{answers: map[string][]string{}}
	server := httptest.NewServer(f)
	env.Defer(server.Close)
	env.Values[servicesKey{}] = f
	f.url = server.URL
	return f
}

// environment names the fake to every client.
func (f *fakeServices) environment() map[string]string {
	named := map[string]string{}
	for _, service := range []string{"DYNAMODB", "CLOUDWATCH", "LAMBDA", "FIREHOSE", "KINESIS_ANALYTICS_V2"} {
		named["AWS_ENDPOINT_URL_"+service] = f.url
	}
	return named
}

// answerCall has an action answered by files, one after another: answer ACTION FILE...
func answerCall(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: answer ACTION FILE...")
	}
	f := ts.Value(servicesKey{}).(*fakeServices)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers[args[0]] = nil
	for _, file := range args[1:] {
		f.answers[args[0]] = append(f.answers[args[0]], ts.ReadFile(file))
	}
}

const denied = `{"__type":"com.amazon.coral.service#AccessDeniedException","message":"User is not authorized"}`

func (f *fakeServices) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked, _ := io.ReadAll(r.Body)
	text, status := f.answer(actionOf(r)), http.StatusOK
	if text == "" {
		text, status = denied, http.StatusBadRequest
		w.Header().Set("X-Amzn-Errortype", "AccessDeniedException") // where REST has it
	}
	w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
	if r.Header.Get("Smithy-Protocol") == rpcCBOR {
		text = inCBOR(w, asked, text)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

func (f *fakeServices) answer(action string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	left := f.answers[action]
	if len(left) == 0 {
		return ""
	}
	if len(left) > 1 {
		f.answers[action] = left[1:]
	}
	return left[0]
}

// actionOf is the action that a request asks for, by its target, or of REST by its path.
func actionOf(r *http.Request) string {
	if _, action, targeted := strings.Cut(r.Header.Get("X-Amz-Target"), "."); targeted {
		return action
	}
	if strings.HasSuffix(r.URL.Path, "/event-source-mappings") || strings.HasSuffix(r.URL.Path, "/event-source-mappings/") {
		return "ListEventSourceMappings"
	}
	return r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:] // .../operation/GetMetricData
}
