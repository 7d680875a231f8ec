package cmd

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"kinspect/internal/local"
)

// Without the permission to describe the stream every verb goes on, and says once
// what is unknown for the lack of it.
func TestDescriptionDenied(t *testing.T) {
	server := local.New(local.Options{NoQuotas: true, Faults: func(call local.Call) local.Fault {
		if call.Operation == "DescribeStreamSummary" {
			return local.Fault{Refuse: "AccessDeniedException"}
		}
		return local.Fault{}
	}})
	if err := server.CreateStream("orders", 2); err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(server)
	defer served.Close()
	const (
		warning = "kinspect: warning: access denied (kinesis:DescribeStreamSummary): the stream's retention period, mode, encryption and record size are unknown\n"
		hint    = "kinspect: hint: the caller needs the permission kinesis:DescribeStreamSummary on the stream\n"
	)
	for _, c := range []struct {
		code int
		says string
		args []string
	}{
		{0, `"shardId"`, []string{"putrec", "orders", "ord-1"}},
		{0, "ord-1", []string{"tail", "orders", "--from", "trim-horizon", "--no-follow", "--read-share", "off"}},
		{0, "found", []string{"trace", "orders", "ord-1"}},
		{1, "absent", []string{"trace", "orders", "ord-9", "--settle", "100ms"}},
		{3, "what the stream is known to hold", []string{"trace", "orders", "ord-9", "--settle", "100ms", "--from", "3d"}},
		{0, "retention unknown", []string{"shardmap", "orders"}},
		{0, "distribution strategy unknown", []string{"shardmap", "orders", "user-88"}},
		{0, `"caveats":[{"code":"undescribed"`, []string{"shardmap", "orders", "user-88", "-o", "json"}},
		{0, `"caveats":[{"code":"undescribed"`, []string{"shardmap", "orders", "--suggest", "-o", "json"}},
	} {
		r := kinspect(t, append(c.args, "--endpoint-url", served.URL)...)
		if r.code != c.code || !strings.Contains(r.stdout, c.says) {
			t.Errorf("%q: exit code %d, want %d\n%s%s", c.args, r.code, c.code, r.stdout, r.stderr)
		}
		if strings.Count(r.stderr, "DescribeStreamSummary") != 2 || !strings.HasPrefix(r.stderr, warning+hint) {
			t.Errorf("%q says %s", c.args, r.stderr)
		}
	}
	kinspect(t, "putrec", "orders", "--partition-key", "a", "ord-2", "--endpoint-url", served.URL).want(t, 0)
	narrow := kinspect(t, "tail", "orders", "--from", "trim-horizon", "--partition-key", "a", "--narrow", "-n", "1", "--endpoint-url", served.URL)
	if narrow.want(t, 0); !strings.Contains(narrow.stderr, "may be in others, and all of them if the stream has AUTO distribution, which only its description tells\n") {
		t.Errorf("narrowed, it says %s", narrow.stderr)
	}
	parted := kinspect(t, "trace", "orders", "ord-9", "--part", "1/2", "--endpoint-url", served.URL)
	if parted.want(t, 2); !strings.Contains(parted.stderr, "kinspect: error: --part: without the permission kinesis:DescribeStreamSummary nothing tells whether the parts are of the same stream\nkinspect: hint: leave --part out: all shards are read\n") {
		t.Errorf("in parts, it says %s", parted.stderr)
	}
	r := kinspect(t, "trace", "orders", "ord-1", "-o", "json", "--endpoint-url", served.URL)
	var kept struct {
		Stream  map[string]any
		Caveats []struct{ Code string }
	}
	if err := json.Unmarshal([]byte(r.stdout), &kept); err != nil {
		t.Fatal(err)
	}
	if _, told := kept.Stream["retentionHours"]; told || len(kept.Caveats) == 0 || kept.Caveats[0].Code != "undescribed" {
		t.Errorf("receipt of stream %v with caveats %v", kept.Stream, kept.Caveats)
	}
}
