package local

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Every answer carries the endpoint's own time, whatever is wrong with the
// request.
func TestEveryAnswerIsDated(t *testing.T) {
	e := newEndpoint(t, Options{})
	type header = map[string]string
	good := header{"X-Amz-Target": "Kinesis_20131202.ListStreams", "Authorization": "AWS4-HMAC-SHA256 x"}
	for _, test := range []struct {
		name     string
		method   string
		header   header
		body     string
		status   int
		wantType string
	}{
		{"good", "POST", good, "{}", 200, ""},
		{"not a post", "GET", good, "", 400, "AccessDeniedException"},
		{"no target", "POST", header{"Authorization": "x"}, "{}", 400, "AccessDeniedException"},
		{"other service", "POST", header{"X-Amz-Target": "DynamoDB_20120810.ListTables"}, "{}", 400, "UnknownOperationException"},
		{"other operation", "POST", header{"X-Amz-Target": "Kinesis_20131202.ReceiveQueueRecords"}, "{}", 400, "UnknownOperationException"},
		{"no signature", "POST", header{"X-Amz-Target": "Kinesis_20131202.ListStreams"}, "{}", 400, "MissingAuthenticationTokenException"},
		{"not JSON", "POST", good, "{", 400, "SerializationException"},
		{"wrong type", "POST", good, `{"Limit":"7"}`, 400, "SerializationException"},
		{"too large", "POST", good, strings.Repeat(" ", bodyBytesMax+1), 413, "SerializationException"},
	} {
		r := httptest.NewRequest(test.method, "/", strings.NewReader(test.body))
		for k, v := range test.header {
			r.Header.Set(k, v)
		}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		got, _ := parseObject(t, w.Body.Bytes())["__type"].(string)
		if w.Code != test.status || got != test.wantType {
			t.Errorf("%s: %d %s, want %d %s", test.name, w.Code, w.Body, test.status, test.wantType)
		}
		if date := w.Header().Get("Date"); date != "Mon, 23 Nov 2026 12:00:00 GMT" {
			t.Errorf("%s: dated %q", test.name, date)
		}
		if w.Header().Get("x-amzn-RequestId") == "" {
			t.Errorf("%s: no request id", test.name)
		}
	}
}

// net/http sets a Date of its own, unless there is one.
func TestDateSurvivesTheHTTPServer(t *testing.T) {
	e := newEndpoint(t, Options{})
	server := httptest.NewServer(e)
	defer server.Close()
	answer, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if got := answer.Header.Values("Date"); len(got) != 1 || got[0] != "Mon, 23 Nov 2026 12:00:00 GMT" {
		t.Errorf("Date: %q", got)
	}
}

func TestUnknownMembersAreLetBe(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.must("CreateStream", `{"StreamName":"orders","ShardCount":1,"StreamId":"x","DryRun":false,"New":{"a":[1]}}`)
	if got := e.shards(object{"StreamName": "orders", "New": 1}); got != "0" {
		t.Errorf("shards %q", got)
	}
}

func TestEpoch(t *testing.T) {
	for text, want := range map[string]epoch{
		"1789779944.662": 1789779944662,
		"1789779944.007": 1789779944007,
		"1789779944.000": 1789779944000,
	} {
		var got epoch
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s is read as %d, %v; want %d", text, got, err, want)
		}
		if written := asJSON(want); written != text {
			t.Errorf("%d is written %s, want %s", want, written, text)
		}
	}
	if got := epochOf(time.Unix(7, 8e6)); got != 7008 {
		t.Errorf("epochOf = %d", got)
	}
}

func TestStringsAreJSON(t *testing.T) {
	for _, s := range []string{"", "plain", `"quoted\"`, "line\nbreak", "ключ 🔑", "\x7f"} {
		var got string
		if err := json.Unmarshal(appendString(nil, s), &got); err != nil || got != s {
			t.Errorf("%q came back as %q, %v", s, got, err)
		}
	}
}
