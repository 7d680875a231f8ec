package cmd

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
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
	answers []*answers
	// asked are the actions that were, with their services, and refused those of them that
	// were refused.
	asked, refused []string
}

// answers are those to an action where the request holds a text.
type answers struct {
	action, text string
	left         []string
}

type servicesKey struct{}

func newServices(env *testscript.Env) *fakeServices {
	f := &fakeServices{}
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
// An action may be followed by a text, and then is answered so where the request holds
// it; what is said last goes first. ${NAME} in a file is the script's variable.
func answerCall(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: answer ACTION FILE...")
	}
	said := &answers{}
	said.action, said.text, _ = strings.Cut(args[0], " ")
	for _, file := range args[1:] {
		said.left = append(said.left, scriptVariable.ReplaceAllStringFunc(ts.ReadFile(file), func(name string) string {
			return ts.Getenv(strings.Trim(name, "${}"))
		}))
	}
	f := ts.Value(servicesKey{}).(*fakeServices)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers = append(f.answers, said)
}

var scriptVariable = regexp.MustCompile(`\$\{\w+\}`)

const denied = `{"__type":"com.amazon.coral.service#AccessDeniedException","message":"User is not authorized"}`

func (f *fakeServices) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked, _ := io.ReadAll(r.Body)
	text, status := f.answer(r, r.URL.RawQuery+string(asked)), http.StatusOK
	if text == "" {
		text = denied
		w.Header().Set("X-Amzn-Errortype", "AccessDeniedException") // where REST has it
	}
	if strings.HasPrefix(text, `{"__type":`) {
		status = http.StatusBadRequest
	}
	w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
	if r.Header.Get("Smithy-Protocol") == rpcCBOR {
		text = inCBOR(w, asked, text)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

func (f *fakeServices) answer(r *http.Request, asked string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	action := actionOf(r)
	f.asked = append(f.asked, serviceOf(r)+":"+action)
	for _, said := range slices.Backward(f.answers) {
		if said.action != action || !strings.Contains(asked, said.text) {
			continue
		}
		text := said.left[0]
		if len(said.left) > 1 {
			said.left = said.left[1:]
		}
		return text
	}
	f.refused = append(f.refused, serviceOf(r)+":"+action)
	return ""
}

// signed is what a request says of itself in its signature: key, date, region, service.
var signed = regexp.MustCompile(`Credential=[^/]+/\d+/[^/]+/([a-z]+)/aws4_request`)

// serviceOf is the service that a request is signed for, as permissions name it.
func serviceOf(r *http.Request) string {
	told := signed.FindStringSubmatch(r.Header.Get("Authorization"))
	if told == nil {
		return ""
	}
	if told[1] == "monitoring" {
		return "cloudwatch"
	}
	return told[1]
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
