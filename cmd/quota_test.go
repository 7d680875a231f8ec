package cmd

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// readsPerSecond is what a shard allows, and how many at once.
const readsPerSecond = 5

// quota stands before an endpoint that has none, and allows each shard its reads.
// It learns from the answers which shard an iterator belongs to.
type quota struct {
	target    string
	recordsAt int // most records of a page

	mu     sync.Mutex
	shards map[string]*allowance // by iterator
}

// allowance is the reads that a shard has left.
type allowance struct {
	reads float64
	at    time.Time
}

func (a *allowance) takes(now time.Time) bool {
	a.reads, a.at = min(readsPerSecond, a.reads+readsPerSecond*now.Sub(a.at).Seconds()), now
	if a.reads < 1 {
		return false
	}
	a.reads--
	return true
}

// withQuota returns the URL of a proxy for the target, which cuts pages at so
// many records.
func withQuota(t *testing.T, target string, recordsAt int) string {
	t.Helper()
	q := &quota{target: target, recordsAt: recordsAt, shards: map[string]*allowance{}}
	server := httptest.NewServer(q)
	t.Cleanup(server.Close)
	return server.URL
}

func (q *quota) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var in map[string]any
	_ = json.Unmarshal(body, &in)
	reads := strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GetRecords")
	iterator, _ := in["ShardIterator"].(string)
	if reads && !q.takes(iterator) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"__type":"ProvisionedThroughputExceededException","message":"Rate exceeded for shard"}`)
		return
	}
	if reads {
		in["Limit"] = q.recordsAt
		body, _ = json.Marshal(in)
	}
	status, header, answer := q.forward(r, body)
	q.learn(in, iterator, answer)
	for name, values := range header {
		w.Header()[name] = values
	}
	w.WriteHeader(status)
	_, _ = w.Write(answer)
}

func (q *quota) forward(r *http.Request, body []byte) (status int, header http.Header, answer []byte) {
	call, _ := http.NewRequestWithContext(r.Context(), http.MethodPost, q.target, bytes.NewReader(body))
	call.Header = r.Header.Clone()
	got, err := http.DefaultClient.Do(call)
	if err != nil {
		return http.StatusBadGateway, nil, nil
	}
	defer got.Body.Close()
	answer, _ = io.ReadAll(got.Body)
	return got.StatusCode, got.Header, answer
}

func (q *quota) takes(iterator string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	shard, known := q.shards[iterator]
	return !known || shard.takes(time.Now())
}

// learn notes whose the iterator of an answer is: the shard's that was named, or
// that of the iterator before it.
func (q *quota) learn(in map[string]any, before string, answer []byte) {
	var out struct{ ShardIterator, NextShardIterator string }
	_ = json.Unmarshal(answer, &out)
	q.mu.Lock()
	defer q.mu.Unlock()
	if id, named := in["ShardId"].(string); named && out.ShardIterator != "" {
		if q.shards[id] == nil {
			q.shards[id] = &allowance{reads: readsPerSecond, at: time.Now()}
		}
		q.shards[out.ShardIterator] = q.shards[id]
	}
	if out.NextShardIterator != "" {
		q.shards[out.NextShardIterator] = q.shards[before]
	}
}
