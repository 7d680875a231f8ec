package cmd

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"kinspect/internal/local"
	"kinspect/internal/notice"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// What stops a scan half-way leaves a receipt and a hint; once it is mended, the
// scan goes on from that receipt.
func TestResumesOnceItIsMended(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ refusal, code, hint string }{
		{"ExpiredTokenException", "credentials", "renew the credentials, with aws sso login for instance"},
		{"AccessDeniedException", "access-denied", "the caller needs the permission kinesis:GetRecords on the stream"},
		{"KMSAccessDeniedException", "key-unusable", "the caller needs the permission kms:Decrypt on the stream's key, which must be enabled"},
	} {
		t.Run(c.refusal, func(t *testing.T) {
			t.Parallel()
			var calls, mended atomic.Int64
			server := local.New(local.Options{Faults: func(call local.Call) local.Fault {
				if call.Operation == "GetRecords" && calls.Add(1) > 2 && mended.Load() == 0 {
					return local.Fault{Refuse: c.refusal}
				}
				return local.Fault{}
			}})
			if err := server.CreateStream("orders", 3); err != nil {
				t.Fatal(err)
			}
			served := httptest.NewServer(server)
			defer served.Close()
			file := filepath.Join(t.TempDir(), "receipt.json")
			at := func(args ...string) []string { return append(args, "--endpoint-url", served.URL) }
			kinspectWith(t, strings.NewReader("ord-1\nord-2\nord-3\n"), at("putrec", "orders")...).want(t, 0)

			cut := kinspect(t, at("trace", "orders", "ord-9", "--settle", "1s", "--receipt", file)...)
			cut.want(t, 3)
			for _, want := range []string{"kinspect: hint: " + c.hint + "\n", "kinspect: hint: --resume " + file + " reads only what is missing\n"} {
				if strings.Count(cut.stderr, want) != 1 {
					t.Errorf("stderr lacks %q:\n%s", want, cut.stderr)
				}
			}
			written, err := os.ReadFile(file)
			if err != nil || !strings.Contains(string(written), `"code": "`+c.code+`"`) {
				t.Errorf("receipt %s, %v", written, err)
			}
			mended.Store(1)
			kinspect(t, at("trace", "orders", "--resume", file)...).want(t, 1)
		})
	}
}

// What helps is said once, however many shards need it.
func TestRemedies(t *testing.T) {
	const resume = "kinspect: hint: --resume r.json reads only what is missing\n"
	denied := notice.Notice{Code: notice.AccessDenied, Text: "access denied (kinesis:GetShardIterator)", ShardID: "a"}
	for _, c := range []struct {
		name    string
		reasons []notice.Notice
		hints   string
	}{
		{"two shards, denied", []notice.Notice{denied, denied}, "kinspect: hint: the caller needs the permission kinesis:GetShardIterator on the stream\n" + resume},
		{"denied at the end", []notice.Notice{{Code: notice.AccessDenied, Text: "the shards could not be listed again at the end: access denied (kinesis:ListShards)"}},
			"kinspect: hint: the caller needs the permission kinesis:ListShards on the stream\n" + resume},
		{"throttled", []notice.Notice{{Code: notice.Throttled, Text: "slow down"}},
			"kinspect: hint: other consumers left no room to read: a shard allows all of them together 5 reads and 2 MB a second\n" + resume},
		{"the time was over", []notice.Notice{{Code: notice.Time}}, resume},
		{"nothing would be found mended", []notice.Notice{{Code: notice.Broken}, {Code: notice.Trimmed}, {Code: notice.Created}, {Code: notice.Capture}}, ""},
		{"it has expired", []notice.Notice{{Code: notice.BeforeHorizon}}, "kinspect: hint: what has expired can only be where a consumer put it, such as Firehose's bucket\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stderr bytes.Buffer
			a := &app{err: term.NewOutput(&stderr, term.Never, func(string) string { return "" })}
			a.tellRemedies(&traceFlags{receipt: "r.json"}, receipt.Receipt{Reasons: c.reasons})
			if stderr.String() != c.hints {
				t.Errorf("hints\n%swant\n%s", stderr.String(), c.hints)
			}
		})
	}
}

// A file that is no receipt, or not one that can be gone on from, is refused.
func TestResumeFromWhatIsNoReceipt(t *testing.T) {
	server := local.New(local.Options{})
	if err := server.CreateStream("orders", 1); err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(server)
	defer served.Close()
	dir := t.TempDir()
	good := filepath.Join(dir, "good.json")
	kinspect(t, "trace", "orders", "ord-9", "--timeout", "100ms", "--receipt", good, "--endpoint-url", served.URL).want(t, 3)
	text, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	changed := func(change func(r map[string]any)) string {
		var r map[string]any
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatal(err)
		}
		change(r)
		out, _ := json.Marshal(r)
		return string(out)
	}
	shard := func(r map[string]any) map[string]any {
		return r["coverage"].(map[string]any)["shards"].([]any)[0].(map[string]any)
	}
	for _, c := range []struct{ name, text, says string }{
		{"empty", "", "not a receipt: EOF"},
		{"text", "hello", "not a receipt: "},
		{"other JSON", `{"verdict":"inconclusive","user":1}`, `not a receipt: json: unknown field "user"`},
		{"cut short", string(text[:len(text)/2]), "not a receipt: unexpected EOF"},
		{"two of them", string(text) + string(text), "more follows behind it"},
		{"nothing in it", "{}", `its verdict is ""`},
		{"found", changed(func(r map[string]any) { r["verdict"] = "found" }), "its verdict is found with 0 matches"},
		{"no reason", changed(func(r map[string]any) { r["reasons"] = nil }), "inconclusive without a reason"},
		{"no window", changed(func(r map[string]any) { r["window"] = nil }), "its window has no ends"},
		{"no event", changed(func(r map[string]any) { r["event"] = nil }), "it names no event"},
		{"no stream", changed(func(r map[string]any) { r["stream"] = nil }), "it names no stream"},
		{"no beginning", changed(func(r map[string]any) { delete(r["coverage"].(map[string]any), "from") }), "its coverage has no beginning"},
		{"no gap", changed(func(r map[string]any) { shard(r)["gaps"] = []any{} }), "shardId-000000000000 has neither a proof nor a gap"},
		{"another proof", changed(func(r map[string]any) { shard(r)["proof"] = map[string]any{"kind": "guess"} }), "has a proof of something else"},
		{"another shard", changed(func(r map[string]any) {
			c := r["coverage"].(map[string]any)
			c["shards"] = append(c["shards"].([]any), shard(r))
		}), "named twice"},
		{"no hash keys", changed(func(r map[string]any) { shard(r)["hashKeyRange"] = map[string]any{"startingHashKey": "x"} }), "not a receipt: "},
		{"absent", changed(func(r map[string]any) { r["verdict"], r["reasons"] = "absent", []any{} }), "its verdict is absent, so nothing is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(dir, "bad.json")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			r := kinspect(t, "trace", "orders", "--resume", file, "--endpoint-url", served.URL)
			r.want(t, 2)
			if !strings.Contains(r.stderr, c.says) || !strings.Contains(r.stderr, "kinspect: hint: ") || r.stdout != "" {
				t.Errorf("printed %s%s", r.stdout, r.stderr)
			}
		})
	}
}
