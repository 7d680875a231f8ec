package cmd

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kinspect/internal/local"
	"kinspect/internal/term"
	"kinspect/putrec"
)

// served is an endpoint with a stream "orders" and no quotas.
func served(t *testing.T) string {
	t.Helper()
	server := local.New(local.Options{NoQuotas: true})
	if err := server.CreateStream("orders", 2); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(server)
	t.Cleanup(s.Close)
	return s.URL
}

// On a terminal a bar shows how far the file is put; what else is said does not
// tear it, and nothing of it is left. With -q and in a pipe there is none.
func TestPutBar(t *testing.T) {
	server := local.New(local.Options{NoQuotas: true})
	if err := server.CreateStream("orders", 2); err != nil {
		t.Fatal(err)
	}
	gate := newGate("PutRecords", 2) // the second call of three
	s := httptest.NewServer(gate.before(server))
	t.Cleanup(s.Close)
	t.Cleanup(gate.open)
	file := filepath.Join(t.TempDir(), "lines")
	if err := os.WriteFile(file, []byte(strings.Repeat("line\n", 700)+"\n"+strings.Repeat("line\n", 700)), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"putrec", "orders", "--file", file, "--rate", "off", "--endpoint-url", s.URL}
	p := play(t, 80, 24, args...)
	shown := p.await(t, " %  500 lines put, 10,000 bytes")
	if bar := shown[len(shown)-1]; !strings.HasPrefix(bar, "█") || !strings.Contains(bar, "· ") {
		t.Errorf("no bar in %q", bar)
	}
	gate.open()
	if p.end(); p.code != 3 || !slices.Contains(p.lines(), "kinspect: not put: line 701: the record is empty") {
		t.Errorf("exit code %d, %s", p.code, p)
	}
	p.wantNoBars(t)
	if screen, _ := onTerminal(t, false, append(args, "-q")...); strings.Contains(screen, "%") {
		t.Errorf("-q: %q", screen)
	}
	if r := kinspect(t, args...); strings.Contains(r.stderr+r.stdout, "%") {
		t.Errorf("in a pipe: %q", r.stderr)
	}
}

func TestPutFrame(t *testing.T) {
	r := putrec.Result{Put: 12_000, Bytes: 3_400_000, Read: 25}
	bar := func(words ...string) term.Frame { return term.Frame{Bars: []term.Bar{{Done: 0.25, Words: words}}} }
	for _, c := range []struct {
		shows   putrec.Result
		size    int64
		elapsed time.Duration
		want    term.Frame
	}{
		{r, 0, 0, term.Frame{Head: "12,000 lines put, 3.4 MB"}},
		{r, 0, 2 * time.Second, term.Frame{Head: "12,000 lines put, 3.4 MB, 6,000/s"}},
		{putrec.Result{Put: 1, Bytes: 1_000_000}, 0, 2 * time.Second, term.Frame{Head: "1 line put, 1.0 MB"}},
		{r, 100, 0, bar("12,000 lines put", "3.4 MB")},
		{r, 100, 10 * time.Second, bar("12,000 lines put", "3.4 MB", "1,200/s", "about 30s left")},
	} {
		if got := putFrame(c.shows, c.size, c.elapsed); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v, want %v", got, c.want)
		}
	}
}

// A put that was done and whose answer was lost is made again, by us alone and
// counted, and it is said.
func TestPutSentTwiceIsSaid(t *testing.T) {
	server := local.New(local.Options{Faults: func(c local.Call) local.Fault {
		return local.Fault{Cut: c.Operation == "PutRecords" && c.N == 1}
	}})
	if err := server.CreateStream("orders", 1); err != nil {
		t.Fatal(err)
	}
	var puts atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".PutRecords") {
			puts.Add(1)
		}
		server.ServeHTTP(w, r)
	}))
	defer s.Close()
	r := kinspect(t, "putrec", "orders", "hello", "-q", "--endpoint-url", s.URL)
	r.want(t, 0)
	if puts.Load() != 2 || !strings.Contains(r.stdout, `"attempts":2}`) {
		t.Errorf("%d calls, receipt %s", puts.Load(), r.stdout)
	}
	if r.stderr != "kinspect: warning: 1 line may stand in the stream twice: a call that carried them went unanswered\n" {
		t.Errorf("said %q", r.stderr)
	}
}
