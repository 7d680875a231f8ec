package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"kinspect/internal/local"
	"kinspect/internal/record"
)

// TestKilledTailLosesNothing kills a tail --resume with signal 9 at random moments
// while records go in. All of them are printed, and each life of it prints again
// one step of each shard at the most; by arrival time, what is written at once for
// each shard.
func TestKilledTailLosesNothing(t *testing.T) {
	t.Run("shard", func(t *testing.T) { killTail(t, orderShard) })
	t.Run("arrival", func(t *testing.T) { killTail(t, orderArrival) })
}

func killTail(t *testing.T, order string) {
	server := local.New(local.Options{NoQuotas: true})
	if err := server.CreateStream("orders", 3); err != nil {
		t.Fatal(err)
	}
	var largest atomic.Int64
	served := httptest.NewServer(counting(server, &largest))
	defer served.Close()
	dir, binary, kills := t.TempDir(), ownBinary(t), killsOf(t)
	out, err := os.OpenFile(filepath.Join(dir, "out"), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	life := func(more ...string) *exec.Cmd {
		c := exec.Command(binary, append([]string{"tail", "orders", "--from", "trim-horizon", "-o", "json", "-q", "--read-share", "off", "--order", order,
			"--resume", filepath.Join(dir, "at"), "--endpoint-url", served.URL}, more...)...)
		c.Stdout, c.Stderr = out, os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		return c
	}
	stop, put := make(chan struct{}), make(chan int)
	go func() { put <- write(t, server, stop) }()
	var lives []int64 // where each begins in the output
	for range kills {
		lives = append(lives, size(t, out))
		c := life()
		time.Sleep(time.Duration(rand.IntN(250)) * time.Millisecond)
		_ = c.Process.Kill()
		_ = c.Wait()
	}
	close(stop)
	n := <-put
	lives = append(lives, size(t, out))
	if err := life("--no-follow").Wait(); err != nil {
		t.Error(err)
	}
	most, mostBytes := int(largest.Load()), 0
	if order == orderArrival {
		mostBytes = 4 << 20 // 3 shards, and who releases what waited for long
	}
	printed, repeated := judge(t, out, lives, most, mostBytes)
	if printed != n {
		t.Errorf("%d of %d records were printed", printed, n)
	}
	t.Logf("%d kills, %d records, %d lost, %d printed again; the largest step had %d", kills, n, n-printed, repeated, largest.Load())
}

// judge counts the records printed, and those again, of which a shard may have so
// many, or all shards so many bytes. A line that a kill cut in half is none.
func judge(t *testing.T, out *os.File, lives []int64, most, mostBytes int) (printed, repeated int) {
	t.Helper()
	all, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[record.SequenceNumber]bool{}
	for i, begin := range lives {
		end := int64(len(all))
		if i+1 < len(lives) {
			end = lives[i+1]
		}
		again, againBytes := map[string]int{}, 0
		for line := range bytes.Lines(all[begin:end]) {
			var e record.Envelope
			if json.Unmarshal(line, &e) != nil {
				continue
			}
			if seen[e.SequenceNumber] {
				again[e.ShardID]++
				againBytes += len(line)
				repeated++
			}
			seen[e.SequenceNumber] = true
		}
		for id, n := range again {
			if mostBytes == 0 && n > most {
				t.Errorf("life %d: %s printed %d records again, more than a step of %d", i, id, n, most)
			}
		}
		if mostBytes > 0 && againBytes > mostBytes {
			t.Errorf("life %d: %d bytes were printed again", i, againBytes)
		}
	}
	return len(seen), repeated
}

func size(t *testing.T, f *os.File) int64 {
	t.Helper()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// write puts records until it is stopped, and tells how many.
func write(t *testing.T, server http.Handler, stop chan struct{}) (n int) {
	for {
		select {
		case <-stop:
			return n
		case <-time.After(time.Millisecond):
		}
		body, _ := json.Marshal(map[string]any{"StreamName": "orders", "PartitionKey": fmt.Sprint("key-", n), "Data": bytes.Repeat([]byte("x"), rand.IntN(9000)+1)})
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		r.Header.Set("X-Amz-Target", "Kinesis_20131202.PutRecord")
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x/20261123/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=x")
		answer := httptest.NewRecorder()
		server.ServeHTTP(answer, r)
		if answer.Code != http.StatusOK {
			t.Errorf("putting: %d %s", answer.Code, answer.Body)
			return n
		}
		n++
	}
}

// counting notes the largest number of records in an answer.
func counting(next http.Handler, largest *atomic.Int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		n := int64(bytes.Count(answer.Body.Bytes(), []byte(`"PartitionKey"`)))
		for old := largest.Load(); n > old && !largest.CompareAndSwap(old, n); old = largest.Load() {
		}
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = io.Copy(w, answer.Body)
	})
}
