package awsconf

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// ask asks a handler in this process.
func ask(ctx context.Context, t *testing.T, handler http.HandlerFunc) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://in-process", strings.NewReader("asked"))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := InProcess(handler, "us-east-1").HTTPClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// begin sends the head of an answer that goes on.
func begin(w http.ResponseWriter) {
	_, _ = io.WriteString(w, "begun ")
	w.(http.Flusher).Flush()
}

// What is flushed can be read while the handler goes on, and ends with it.
func TestAnswersAreReadAsTheyAreWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer := ask(t.Context(), t, func(w http.ResponseWriter, r *http.Request) {
			begin(w)
			time.Sleep(time.Hour)
			_, _ = io.Copy(w, r.Body)
		})
		began, head := time.Now(), make([]byte, len("begun "))
		if _, err := io.ReadFull(answer.Body, head); err != nil || time.Since(began) > 0 {
			t.Fatalf("%q after %s: %v", head, time.Since(began), err)
		}
		if rest, err := io.ReadAll(answer.Body); string(rest) != "asked" || err != nil {
			t.Errorf("%q, %v", rest, err)
		}
	})
}

// When the client goes, the handler is told, and no write of it waits any more; a body
// that is still being read tells why it is not whole.
func TestClientsThatGo(t *testing.T) {
	waits := func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	writes := func(w http.ResponseWriter, r *http.Request) {
		for {
			if _, err := io.WriteString(w, "more "); err != nil {
				return
			}
		}
	}
	for name, goesOn := range map[string]http.HandlerFunc{"that waits": waits, "that writes": writes} {
		for how, want := range map[string]error{"gives up": context.Canceled, "runs out of time": context.DeadlineExceeded, "closes": nil} {
			t.Run("a handler "+name+", a client that "+how, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ctx, giveUp := context.WithTimeout(t.Context(), time.Hour)
					defer giveUp()
					var handler context.Context
					over := false
					answer := ask(ctx, t, func(w http.ResponseWriter, r *http.Request) {
						handler = r.Context()
						begin(w)
						goesOn(w, r)
						over = true
					})
					if _, err := io.ReadFull(answer.Body, make([]byte, len("begun "))); err != nil {
						t.Fatal(err)
					}
					switch how {
					case "gives up":
						giveUp()
					case "runs out of time":
						time.Sleep(time.Hour)
					case "closes":
						_ = answer.Body.Close()
					}
					synctest.Wait()
					if !over || handler.Err() == nil {
						t.Errorf("the handler is over: %v, its context: %v", over, handler.Err())
					}
					if _, err := answer.Body.Read(make([]byte, 1)); want != nil && !errors.Is(err, want) {
						t.Errorf("the body reads %v", err)
					}
				})
			})
		}
	}
}
