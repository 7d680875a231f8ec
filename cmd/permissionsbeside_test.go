package cmd

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kinspect/internal/local"
)

// permissionsBeside are the actions of other services that the README names for a flag, in
// order.
func permissionsBeside(t *testing.T) map[string][]string {
	t.Helper()
	text, _ := readme(t)
	_, table, _ := strings.Cut(text, "\n| beside the stream | actions |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	named := map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([a-z][^|]+) \\|$").FindAllStringSubmatch(table, -1) {
		named[row[1]] = strings.Fields(row[2])
		slices.Sort(named[row[1]])
	}
	return named
}

// The actions beside the stream that the README names for a flag are those that it calls.
// Whichever is refused is named, and keeps neither verdict nor map back.
func TestPermissionsBesideTheStream(t *testing.T) {
	beside := &fakeServices{answers: []*answers{ // behind which each is asked for by itself
		{action: "ListDeliveryStreams", left: []string{`{"DeliveryStreamNames":["lake"],"HasMoreDeliveryStreams":false}`}},
		{action: "ListApplications", left: []string{`{"ApplicationSummaries":[{"ApplicationName":"sums"}]}`}},
	}}
	answered := httptest.NewServer(beside)
	defer answered.Close()
	beside.url = answered.URL
	for name, value := range beside.environment() {
		t.Setenv(name, value)
	}
	server := local.New(local.Options{NoQuotas: true})
	if err := server.CreateStream("orders", 1); err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(server)
	defer served.Close()
	page := filepath.Join(t.TempDir(), "r.html")
	kinspect(t, "putrec", "orders", "ord-1", "--endpoint-url", served.URL).want(t, 0)
	lines := map[string]string{
		"trace --lease-table":  "trace orders ord-1 --lease-table orders-app",
		"trace --metrics":      "trace orders ord-9 --settle 0s --metrics",
		"trace --report":       "trace orders ord-1 --report " + page,
		"shardmap --consumers": "shardmap orders --consumers",
	}
	named := permissionsBeside(t)
	for flag := range named {
		line, tried := lines[flag]
		if !tried {
			t.Errorf("%s is not tried", flag)
			continue
		}
		beside.refused, beside.asked = nil, nil
		r := kinspect(t, append(strings.Fields(line), "--endpoint-url", served.URL)...)
		if want := map[bool]int{true: 1}[flag == "trace --metrics"]; r.code != want {
			t.Errorf("%s: exit code %d: %s", flag, r.code, r.stderr)
		}
		if got := actions(beside.asked); !slices.Equal(got, named[flag]) {
			t.Errorf("%s calls %q, and the README names %q", flag, got, named[flag])
		}
		said := r.stdout
		if text, err := os.ReadFile(page); flag == "trace --report" && err == nil {
			said = string(text)
		}
		for _, action := range actions(beside.refused) {
			if !strings.Contains(said, "not checked: access denied ("+action+")") {
				t.Errorf("%s does not name %s:\n%s", flag, action, said)
			}
		}
	}
}

// actions are those that were asked for, in order, each once.
func actions(asked []string) []string {
	slices.Sort(asked)
	return slices.Compact(asked)
}
