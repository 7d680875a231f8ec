package cmd

import (
	"encoding/json"
	"maps"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kinspect/internal/local"
)

// The actions that the README names for a command are those that it calls.
func TestPermissions(t *testing.T) {
	const transition = 50 * time.Millisecond // that a consumer is waited for
	var mu sync.Mutex
	called := map[string]bool{}
	server := local.New(local.Options{NoQuotas: true, Transition: transition, Faults: func(c local.Call) local.Fault {
		mu.Lock()
		defer mu.Unlock()
		called[c.Operation] = true
		return local.Fault{}
	}})
	if err := server.CreateStream("orders", 2); err != nil {
		t.Fatal(err)
	}
	time.Sleep(transition)
	served := httptest.NewServer(server)
	defer served.Close()
	named := permissions(t)
	kept := filepath.Join(t.TempDir(), "r.json")
	kinspect(t, "putrec", "orders", "ord-1", "--endpoint-url", served.URL).want(t, 0)
	kinspect(t, "trace", "orders", "ord-1", "--receipt", kept, "--endpoint-url", served.URL).want(t, 0)
	for _, c := range []struct {
		command string
		lines   []string
	}{
		{"putrec", []string{"putrec orders ord-1", "putrec orders ord-1 --shard 1 --rate off", "putrec orders ord-1 --aggregate --rate off"}},
		{"putrec --rate off", []string{"putrec orders ord-1 --rate off"}},
		{"putrec --check", []string{"putrec orders ord-1 --check --rate off"}},
		{"putrec --verify", []string{"putrec orders ord-1 --verify"}},
		{"tail", []string{"tail orders --from trim-horizon --until 30s", "tail orders --shard 0 --from 1h --until 30s"}},
		{"trace", []string{"trace orders ord-1", "trace orders ord-9 --settle 100ms", "trace orders ord-9 --plan"}},
		{"tail --fan-out", []string{"tail orders --from trim-horizon --no-follow --fan-out"}},
		{"trace --fan-out", []string{"trace orders ord-9 --settle 100ms --fan-out=2"}},
		{"trace verify", []string{"trace verify " + kept}},
		{"shardmap", []string{"shardmap orders", "shardmap orders user-1"}},
		{"shardmap --consumers", []string{"shardmap orders --consumers"}},
		{"trace --report", []string{"trace orders ord-1 --report " + filepath.Join(t.TempDir(), "r.html")}},
		{"completion", []string{"__complete tail x", "__complete tail orders --shard x"}},
	} {
		clear(called)
		for _, line := range c.lines {
			words := strings.Fields(line)
			given := append([]string{words[0], "--endpoint-url", served.URL}, words[1:]...)
			if words[0] == "__complete" {
				given = append([]string{words[0], words[1], "--endpoint-url", served.URL}, words[2:]...)
			}
			if r := kinspect(t, given...); r.code > 1 {
				t.Errorf("%s: exit code %d: %s", line, r.code, r.stderr)
			}
		}
		if got := slices.Sorted(maps.Keys(called)); !slices.Equal(got, named[c.command]) {
			t.Errorf("%s calls %q, and the README names %q", c.command, got, named[c.command])
		}
	}
}

// permissions are the actions of each command in the README's table, in order.
func permissions(t *testing.T) map[string][]string {
	t.Helper()
	text, _ := readme(t)
	_, table, _ := strings.Cut(text, "\n| command | kinesis: actions |\n")
	named := map[string][]string{}
	for _, row := range regexp.MustCompile(`(?m)^\| ([^|]+) \| ([A-Z][^|]+) \|$`).FindAllStringSubmatch(table, -1) {
		for command := range strings.SplitSeq(row[1], ", ") {
			actions := strings.Fields(row[2])
			slices.Sort(actions)
			named[strings.Trim(command, "`")] = actions
		}
	}
	return named
}

// Each statement of the policy allows just what the table names for its command.
func TestPolicyIsThatOfTheTable(t *testing.T) {
	text, _ := readme(t)
	_, block, _ := strings.Cut(text, "```json\n")
	block, _, _ = strings.Cut(block, "```")
	var policy struct {
		Statement []struct {
			Sid    string
			Action []string
		}
	}
	if err := json.Unmarshal([]byte(block), &policy); err != nil {
		t.Fatal(err)
	}
	named := permissions(t)
	named["completion"] = []string{"ListStreams"} // the rest is for a stream, and stands there
	named["leases"] = permissionsBeside(t)["trace --lease-table"]
	named["metrics"] = permissionsBeside(t)["trace --metrics"]
	named["consumers"] = append(permissionsBeside(t)["shardmap --consumers"], "ListStreamConsumers")
	slices.Sort(named["consumers"])
	stated := map[string]bool{}
	for _, s := range policy.Statement {
		stated[s.Sid] = true
		var actions []string
		for _, action := range s.Action {
			actions = append(actions, strings.TrimPrefix(action, "kinesis:"))
		}
		slices.Sort(actions)
		if want := named[s.Sid]; !slices.Equal(actions, want) {
			t.Errorf("the policy of %s allows %q, and the table names %q", s.Sid, actions, want)
		}
	}
	for _, command := range []string{"tail", "trace", "putrec", "shardmap", "completion", "metrics", "consumers"} {
		if !stated[command] {
			t.Errorf("no statement is that of %s", command)
		}
	}
}
