package putrec

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
)

// wire stands before an endpoint, notes the PutRecords calls, and lets a test
// meddle with them.
type wire struct {
	next http.Handler
	// meddle may answer a call, of a number from 1, and says whether it did.
	meddle func(w http.ResponseWriter, r *http.Request, c call) bool

	mu   sync.Mutex
	seen []call
}

// call is what one PutRecords call carries.
type call struct {
	number     int
	StreamName string
	Records    []sent
}

type sent struct {
	Data            []byte
	PartitionKey    string
	ExplicitHashKey string `json:",omitempty"`
}

func (x *wire) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".PutRecords") {
		x.next.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	c := x.note(body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	if x.meddle == nil || !x.meddle(w, r, c) {
		x.next.ServeHTTP(w, r)
	}
}

func (x *wire) note(body []byte) call {
	x.mu.Lock()
	defer x.mu.Unlock()
	c := call{number: len(x.seen) + 1}
	if err := json.Unmarshal(body, &c); err != nil {
		panic(err)
	}
	x.seen = append(x.seen, c)
	return c
}

// calls returns the calls so far.
func (x *wire) calls() []call {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.seen)
}

// sizes is how many records each call carried.
func (x *wire) sizes() (all []int) {
	for _, c := range x.calls() {
		all = append(all, len(c.Records))
	}
	return all
}

type answer struct {
	FailedRecordCount int
	Records           []result
}

type result struct {
	ShardId        string `json:",omitempty"`
	SequenceNumber string `json:",omitempty"`
	ErrorCode      string `json:",omitempty"`
	ErrorMessage   string `json:",omitempty"`
}

// throttled is how AWS answers for a record above a shard's quota.
var throttled = result{
	ErrorCode:    "ProvisionedThroughputExceededException",
	ErrorMessage: "Rate exceeded for shard shardId-000000000000",
}

// failSome puts those of the call's records that do not fail, and answers for
// all, as AWS does on a partial failure.
func (x *wire) failSome(w http.ResponseWriter, r *http.Request, c call, fails func(sent) bool) bool {
	var pass []sent
	for _, s := range c.Records {
		if !fails(s) {
			pass = append(pass, s)
		}
	}
	var passed, all answer
	if len(pass) > 0 {
		passed = x.forward(r, call{StreamName: c.StreamName, Records: pass})
	}
	for _, s := range c.Records {
		if fails(s) {
			all.Records = append(all.Records, throttled)
			all.FailedRecordCount++
			continue
		}
		all.Records = append(all.Records, passed.Records[0])
		passed.Records = passed.Records[1:]
	}
	return reply(w, http.StatusOK, all)
}

// forward has the endpoint answer a call in another's place.
func (x *wire) forward(r *http.Request, c call) (out answer) {
	body, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	recorder := httptest.NewRecorder()
	x.next.ServeHTTP(recorder, r)
	if err := json.Unmarshal(recorder.Body.Bytes(), &out); err != nil {
		panic(err)
	}
	return out
}

// refuse answers with an error of the service.
func refuse(w http.ResponseWriter, code string) bool {
	return reply(w, http.StatusBadRequest, map[string]string{"__type": code, "message": "says the test"})
}

func reply(w http.ResponseWriter, status int, body any) bool {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		panic(err)
	}
	return true
}
