package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"kinspect/internal/local"
)

// TestScripts runs testdata/script. Each script has an endpoint of its own,
// reached as every AWS client reaches it, with a stream "orders" of 3 shards, a
// stream "busy" of one shard, whose first two reads are refused as where other
// consumers use up what it allows, a stream "crowded" that does not take every
// seventh record of the first two calls, a stream "young" that is still being
// created, and a file "big" of a byte more than a record may have; $CORPUS holds an order in every format, $SCHEMAS how to
// read those that do not say it. The first two pages of a stream "sparse", if a script
// creates one, are empty. Beside testscript's own commands and conditions there are:
//
//	[peers]                 holds where what others wrote has to be there
//	exits CODE COMMAND...   run the command, and want its exit code
//	call ACTION JSON        call the endpoint as any client does; stdout is its answer
//	number NAME ADD BIT     set a variable to the sequence number in stdout, with so much added at a bit
//	ago TIME                from here on the endpoint's clock is so far behind ours
//	answer ACTION FILE...   have a service beside the stream answer so; see services_test.go
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "../testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("KINSPECT_UPDATE") != "",
		Setup:               setUpScript,
		Condition:           condition,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "call": call, "number": keepNumber, "ago": setBack, "answer": answerCall},
	})
}

// condition is "peers" where what others wrote has to be there, so that its absence fails.
func condition(name string) (bool, error) {
	if name != "peers" {
		return false, fmt.Errorf("unknown condition %s", name)
	}
	return os.Getenv("KINSPECT_PEERS") == "1", nil
}

// exits runs a command and wants its exit code: exits CODE COMMAND...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	err, code := ts.Exec(args[1], args[2:]...), 0
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		code = ended.ExitCode()
	} else if err != nil {
		ts.Fatalf("running %s: %v", args[1], err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// call wants the endpoint to do as it is told: call ACTION JSON
func call(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: call ACTION JSON")
	}
	request, err := http.NewRequest(http.MethodPost, ts.Getenv("AWS_ENDPOINT_URL_KINESIS"), strings.NewReader(args[1]))
	ts.Check(err)
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "Kinesis_20131202."+args[0])
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20261128/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0")
	answer, err := http.DefaultClient.Do(request)
	ts.Check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	ts.Check(err)
	if answer.StatusCode != http.StatusOK {
		ts.Fatalf("%s: %s %s", args[0], answer.Status, body)
	}
	fmt.Fprintf(ts.Stdout(), "%s\n", body)
}

// keepNumber keeps a sequence number, or one made of it: number NAME ADD BIT
func keepNumber(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: number NAME ADD BIT")
	}
	add, err1 := strconv.ParseInt(args[1], 10, 64)
	bit, err2 := strconv.ParseUint(args[2], 10, 8)
	ts.Check(errors.Join(err1, err2))
	ts.Setenv(args[0], changed(regexp.MustCompile(`\d{56}`).FindString(ts.ReadFile("stdout")), add, uint(bit)))
}

// changed is a sequence number with so much added at a bit: 4 is the shard's, 36 the
// record's second, 80 the counter, 148 the second of the shard's creation.
func changed(number string, add int64, bit uint) string {
	n, _ := new(big.Int).SetString(number, 10)
	return n.Add(n, new(big.Int).Lsh(big.NewInt(add), bit)).String()
}

// setBack makes what is done next happen so long ago: ago TIME
func setBack(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: ago TIME")
	}
	behind, err := time.ParseDuration(args[0])
	ts.Check(err)
	ts.Value(clockKey{}).(*scriptClock).behind.Store(int64(behind))
}

// scriptClock is the endpoint's, which a script sets back.
type scriptClock struct{ behind atomic.Int64 }

type clockKey struct{}

func (c *scriptClock) Now() time.Time { return time.Now().Add(-time.Duration(c.behind.Load())) }

func setUpScript(env *testscript.Env) error {
	clock := &scriptClock{}
	env.Values[clockKey{}] = clock
	settled := local.New(local.Options{Clock: clock, Faults: busy})
	if err := errors.Join(settled.CreateStream("orders", 3), settled.CreateStream("busy", 1), settled.CreateStream("crowded", 1)); err != nil {
		return err
	}
	young := local.New(local.Options{Transition: time.Hour})
	if err := young.CreateStream("young", 1); err != nil {
		return err
	}
	server := httptest.NewServer(either(young, settled))
	env.Defer(server.Close)
	formats, err := filepath.Abs("../internal/decode/testdata")
	if err != nil {
		return err
	}
	beside := newServices(env)
	for name, value := range beside.environment() {
		env.Setenv(name, value)
	}
	for name, value := range map[string]string{
		"CORPUS": formats + "/corpus", "SCHEMAS": formats + "/schemas",
		"AWS_ENDPOINT_URL_KINESIS": server.URL, "AWS_REGION": localRegion,
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
	} {
		env.Setenv(name, value)
	}
	return os.WriteFile(env.WorkDir+"/big", bytes.Repeat([]byte("x"), 1<<20+1), 0o600)
}

// busy refuses some of what the streams "busy", "crowded" and "sparse" are first asked
// for, or answers it with nothing.
func busy(c local.Call) (f local.Fault) {
	const throttled = "ProvisionedThroughputExceededException"
	switch {
	case c.N > 2:
	case c.Operation == "GetRecords" && c.Stream == "busy":
		f.Refuse = throttled
	case c.Operation == "GetRecords" && c.Stream == "sparse":
		f.Empty = true
	case c.Operation == "PutRecords" && c.Stream == "crowded":
		f.RefuseEntry = func(i int) string {
			if i%7 == 6 {
				return throttled
			}
			return ""
		}
	}
	return f
}

// either sends what concerns the young stream to the one endpoint, all else to
// the other.
func either(young, settled http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		_, _ = body.ReadFrom(r.Body)
		next := settled
		if strings.Contains(body.String(), `"young"`) {
			next = young
		}
		again := r.Clone(r.Context())
		again.Body = http.NoBody
		if body.Len() > 0 {
			again.Body = readCloser{&body}
		}
		next.ServeHTTP(w, again)
	})
}

type readCloser struct{ *bytes.Buffer }

func (readCloser) Close() error { return nil }
