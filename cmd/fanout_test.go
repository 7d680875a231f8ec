package cmd

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/pace"
	"kinspect/internal/peers"
	"kinspect/internal/stream"
	"kinspect/internal/term"
)

// fanned is a stream "orders" of kinesis-local, and who watches its consumers.
type fanned struct {
	*stream.Client
	url, arn string
}

func newFanned(t *testing.T) fanned {
	t.Helper()
	f := fanned{url: peers.FanOut(t, peers.Endpoint(t, peers.KinesisLocal))}
	client := peers.NewClient(t, f.url)
	client.Create("orders", 2)
	client.Put("orders", []peers.Record{{PartitionKey: "a", Data: []byte("ord-1")}})
	cfg, err := awsconf.Load(t.Context(), awsconf.Options{EndpointURL: f.url})
	if err != nil {
		t.Fatal(err)
	}
	f.Client = stream.New(cfg, "orders", stream.RealTime{})
	described, err := f.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f.arn = described.ARN
	return f
}

// await waits until the consumers are as is wanted, and returns them.
func (f fanned) await(t *testing.T, what string, wanted func([]stream.Consumer) bool) []stream.Consumer {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		there, err := f.ListConsumers(t.Context(), f.arn)
		if err != nil {
			t.Fatal(err)
		}
		if wanted(there) {
			return there
		}
		if time.Now().After(deadline) {
			t.Fatalf("the consumers are %v, want %s", there, what)
		}
	}
}

// none wants that nothing is left which nobody removes.
func (f fanned) none(t *testing.T) {
	t.Helper()
	f.await(t, "none", func(there []stream.Consumer) bool { return len(there) == 0 })
}

func one(s string) func([]stream.Consumer) bool {
	return func(there []stream.Consumer) bool { return len(there) == 1 && there[0].Status == s }
}

// start runs the command in a process of its own.
func (f fanned) start(t *testing.T, stderr *bytes.Buffer, args ...string) *exec.Cmd {
	t.Helper()
	c := exec.Command(ownBinary(t), append(args, "--endpoint-url", f.url)...)
	c.Stderr = stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	return c
}

// No consumer is left behind a run, however it ended; a kill -9 leaves it to the next.
func TestNoConsumerIsLeft(t *testing.T) {
	t.Parallel()
	f := newFanned(t)
	t.Run("normal end", func(t *testing.T) {
		for _, c := range []struct {
			args []string
			says string
		}{
			{[]string{"trace", "orders", "ord-1", "--fan-out=7"}, "; 7 consumers registered and removed\n"},
			{[]string{"tail", "orders", "--from", "trim-horizon", "-n", "1", "--fan-out"}, "; 1 consumer registered and removed\n"},
		} {
			r := kinspect(t, append(c.args, "--endpoint-url", f.url)...)
			if r.want(t, 0); !strings.HasSuffix(r.stderr, c.says) || !strings.HasPrefix(r.stderr, "kinspect: note: --fan-out registers ") {
				t.Errorf("said %s", r.stderr)
			}
			f.none(t)
		}
	})
	t.Run("an error after it", func(t *testing.T) {
		kinspect(t, "tail", "orders", "--shard", "9", "--fan-out", "--endpoint-url", f.url).want(t, 2)
		f.none(t)
	})
	for _, c := range []struct {
		name, when string
		signal     os.Signal
	}{
		{"Ctrl-C", stream.ConsumerActive, os.Interrupt},
		{"Ctrl-C before it is ACTIVE", stream.ConsumerCreating, os.Interrupt},
		{"a terminal that is closed", stream.ConsumerActive, syscall.SIGHUP},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stderr bytes.Buffer
			tail := f.start(t, &stderr, "tail", "orders", "--fan-out")
			f.await(t, c.when, one(c.when))
			_ = tail.Process.Signal(c.signal)
			if _ = tail.Wait(); tail.ProcessState.ExitCode() != int(exitInterrupted) {
				t.Errorf("%s: %s", tail.ProcessState, &stderr)
			}
			f.none(t)
		})
	}
	t.Run("kill -9", func(t *testing.T) {
		var stderr bytes.Buffer
		c := f.start(t, &stderr, "tail", "orders", "--fan-out")
		left := f.await(t, "one", one(stream.ConsumerActive))
		alongside := kinspect(t, "trace", "orders", "ord-1", "--fan-out", "--endpoint-url", f.url)
		if alongside.want(t, 0); strings.Contains(alongside.stderr, left[0].Name) {
			t.Errorf("of a run that goes on it says %s", alongside.stderr)
		}
		f.await(t, "the first run's", one(stream.ConsumerActive))
		_ = c.Process.Signal(syscall.SIGKILL)
		_ = c.Wait()
		next := kinspect(t, "trace", "orders", "ord-1", "--fan-out", "--endpoint-url", f.url)
		if next.want(t, 0); !strings.HasPrefix(next.stderr, "kinspect: note: removed consumer "+left[0].Name+", left by a run that was killed\n") {
			t.Errorf("said %s", next.stderr)
		}
		f.none(t)
	})
}

// A consumer that another machine made is offered, and let be.
func TestConsumersOfOtherMachines(t *testing.T) {
	t.Parallel()
	f := newFanned(t)
	const theirs = "kinspect-0123456789ab-7-1795905527000-1of1"
	for _, name := range []string{theirs, "analytics"} {
		if _, err := f.RegisterConsumer(t.Context(), f.arn, name); err != nil {
			t.Fatal(err)
		}
	}
	r := kinspect(t, "trace", "orders", "ord-1", "--fan-out", "--endpoint-url", f.url)
	r.want(t, 0)
	command := "aws kinesis deregister-stream-consumer --stream-arn " + f.arn + " --consumer-name " + theirs
	if !strings.HasPrefix(r.stderr, "kinspect: note: consumer "+theirs+", registered at 20") || strings.Count(r.stderr, command+"\n") != 1 || strings.Contains(r.stderr, "analytics") {
		t.Errorf("said %s", r.stderr)
	}
	f.await(t, "both", func(there []stream.Consumer) bool { return len(there) == 2 })
}

// Where a stream is full, the error says by whose consumers, and how many fit.
func TestTooManyConsumers(t *testing.T) {
	t.Parallel()
	f := newFanned(t)
	for i := range 19 {
		name := fmt.Sprintf("app-%02d", i)
		f.await(t, "room", func([]stream.Consumer) bool {
			_, err := f.RegisterConsumer(t.Context(), f.arn, name)
			return err == nil
		})
	}
	f.await(t, "19 ACTIVE", func(there []stream.Consumer) bool {
		n := 0
		for _, c := range there {
			if c.Status == stream.ConsumerActive {
				n++
			}
		}
		return n == 19
	})
	r := kinspect(t, "trace", "orders", "ord-1", "--fan-out=3", "--endpoint-url", f.url)
	r.want(t, 2)
	const says = "kinspect: error: stream orders: registering 3 consumers: the stream has 19 already (app-00, app-01, app-02, app-03, app-04 and 14 more) and takes 1 more\n" +
		"kinspect: hint: --fan-out=1 is what there is room for: a stream takes 20, with On-demand Advantage 50\n"
	if !strings.HasSuffix(r.stderr, says) {
		t.Errorf("said %s", r.stderr)
	}
	f.await(t, "the 19", func(there []stream.Consumer) bool { return len(there) == 19 })
}

// refusing is a proxy that refuses one operation.
func (f fanned) refusing(t *testing.T, operation string) string {
	t.Helper()
	upstream, err := url.Parse(f.url)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(upstream)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+operation) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"__type":"AccessDeniedException","Message":"not authorized"}`)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// Each permission that is missing is named, and what is left for the lack of one.
func TestFanOutDenied(t *testing.T) {
	t.Parallel()
	f := newFanned(t)
	const (
		onStream    = " on the stream\n"
		onConsumers = " on the stream's consumers, its ARN with /consumer/* behind it\n"
		needs       = "kinspect: hint: the caller needs the permission kinesis:"
	)
	for _, c := range []struct {
		operation, stream string
		code              int
		says              []string
	}{
		{"RegisterStreamConsumer", "orders", 2, []string{"kinspect: error: stream orders: access denied (kinesis:RegisterStreamConsumer)\n", needs + "RegisterStreamConsumer" + onStream}},
		{"DescribeStreamConsumer", "orders", 2, []string{"kinspect: error: stream orders: access denied (kinesis:DescribeStreamConsumer)\n", needs + "DescribeStreamConsumer" + onConsumers}},
		{"ListStreamConsumers", "orders", 0, []string{"kinspect: warning: access denied (kinesis:ListStreamConsumers): consumers that killed runs may have left are not looked for\n", "; 1 consumer registered and removed\n"}},
		{"DescribeStreamSummary", "orders", 2, []string{"kinspect: error: --fan-out: consumers are registered by the stream's ARN, which only its description tells\nkinspect: hint: give the stream's ARN in place of its name\n"}},
		{"DescribeStreamSummary", f.arn, 0, []string{"; 1 consumer registered and removed\n"}},
	} {
		r := kinspect(t, "trace", c.stream, "ord-1", "--fan-out", "--endpoint-url", f.refusing(t, c.operation))
		r.want(t, c.code)
		for _, says := range c.says {
			if !strings.Contains(r.stderr, says) {
				t.Errorf("without %s %s is missing in %s", c.operation, says, r.stderr)
			}
		}
		f.none(t)
	}
}

// What could not be removed is said, with the command that removes it, also with -q.
func TestFanOutNotRemoved(t *testing.T) {
	t.Parallel()
	f := newFanned(t)
	for _, quiet := range []bool{false, true} {
		args := []string{"trace", "orders", "ord-1", "--fan-out", "--endpoint-url", f.refusing(t, "DeregisterStreamConsumer")}
		if quiet {
			args = append(args, "-q")
		}
		r := kinspect(t, args...)
		r.want(t, 0)
		left := f.await(t, "one", one(stream.ConsumerActive))[0].Name
		says := "kinspect: warning: consumer " + left + " was not removed: access denied (kinesis:DeregisterStreamConsumer)\n" +
			"kinspect: hint: aws kinesis deregister-stream-consumer --stream-arn " + f.arn + " --consumer-name " + left + "\n"
		switch {
		case quiet && r.stderr != says:
			t.Errorf("quietly it says %s", r.stderr)
		case !quiet && (!strings.Contains(r.stderr, says) || !strings.HasSuffix(r.stderr, "; 1 consumer registered, 1 not removed\n")):
			t.Errorf("it says %s", r.stderr)
		}
		if err := f.DeregisterConsumer(t.Context(), f.arn, left); err != nil {
			t.Fatal(err)
		}
		f.none(t)
	}
}

// An endpoint without consumers is told by what it lacks.
func TestNoFanOutOnKinesalite(t *testing.T) {
	t.Parallel()
	url := peers.Endpoint(t, peers.Kinesalite)
	peers.NewClient(t, url).Create("orders", 1)
	r := kinspect(t, "trace", "orders", "ord-1", "--fan-out", "--endpoint-url", url)
	r.want(t, 2)
	if want := "kinspect: error: --fan-out: the endpoint " + url + " does not know enhanced fan-out (kinesis:ListStreamConsumers)\nkinspect: hint: leave --fan-out out\n"; r.stderr != want {
		t.Errorf("said %s, want %s", r.stderr, want)
	}
}

// What AWS bills is said of AWS alone, and as the stream's mode has it.
func TestTellFanOut(t *testing.T) {
	const pricing = " (https://aws.amazon.com/kinesis/data-streams/pricing/)"
	for _, c := range []struct {
		url, mode string
		quiet     bool
		want      string
	}{
		{"https://kinesis.eu-west-1.amazonaws.com", "PROVISIONED", false, "; AWS bills each for every shard and hour, and for each GB that it reads" + pricing + "\n"},
		{"https://kinesis.eu-west-1.amazonaws.com", "ON_DEMAND", false, "; AWS bills each GB that they read" + pricing + "\n"},
		{"https://kinesis.eu-west-1.amazonaws.com", "", false, "; AWS bills each for every shard and hour, and for each GB that it reads" + pricing + "\n"},
		{"http://127.0.0.1:4567", "PROVISIONED", false, "\n"},
		{"https://kinesis.eu-west-1.amazonaws.com", "PROVISIONED", true, ""},
	} {
		cfg, err := awsconf.Load(t.Context(), awsconf.Options{EndpointURL: c.url})
		if err != nil {
			t.Fatal(err)
		}
		var told strings.Builder
		a := &app{flags: common{quiet: c.quiet}, err: term.NewOutput(&told, term.Never, os.Getenv)}
		a.tellFanOut(connection{Client: stream.New(cfg, "orders", stream.RealTime{}), Summary: stream.Summary{Name: "orders", Mode: c.mode}}, 3)
		want := c.want
		if !c.quiet {
			want = "kinspect: note: --fan-out registers 3 consumers on stream orders" + want
		}
		if told.String() != want {
			t.Errorf("%s %s: %q, want %q", c.url, c.mode, told.String(), want)
		}
	}
}

// Reading without bounds takes from others on AWS, unless consumers of our own read.
func TestShareOffByConsumers(t *testing.T) {
	elsewhere := stream.New(awsconf.InProcess(http.NotFoundHandler(), localRegion), "orders", stream.RealTime{})
	cfg, err := awsconf.Load(context.Background(), awsconf.Options{EndpointURL: "https://kinesis.eu-west-1.amazonaws.com"})
	if err != nil {
		t.Fatal(err)
	}
	onAWS := stream.New(cfg, "orders", stream.RealTime{})
	for _, c := range []struct {
		own     bool
		client  *stream.Client
		refused bool
	}{{false, onAWS, true}, {true, onAWS, false}, {false, elsewhere, false}} {
		if err := checkShare(pace.Off, c.own, c.client); (err != nil) != c.refused {
			t.Errorf("own consumers %t, on AWS %t: %v", c.own, c.client.OnAWS(), err)
		}
	}
}
