package cmd

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// verbs never import each other.
var verbs = []string{"tail", "trace", "putrec", "shardmap"}

// awareOfAWS are the rooms that import the SDK.
var awareOfAWS = []string{"internal/awsconf", "internal/stream", "internal/services"}

// framing is what the endpoint takes of the SDK: how messages of an event stream are
// packed.
const framing = "github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"

// pure rooms know nothing of AWS, not even through another room.
var pure = []string{
	"internal/record", "internal/wire", "internal/sweep", "internal/shard", "internal/position", "internal/pace", "internal/notice", "internal/step", "internal/audience", "internal/lease", "internal/metric",
	"internal/coverage", "internal/kpl", "internal/decode", "internal/jq", "internal/match", "internal/scan",
	"internal/render", "trace/receipt", "trace/report", "shardmap",
}

// owned modules are imported by one room alone, or by those with a space between.
var owned = map[string]string{
	"github.com/spf13/cobra":     "cmd cmd/gendocs",
	"github.com/spf13/pflag":     "cmd",
	"github.com/itchyny/gojq":    "internal/jq",
	"github.com/charmbracelet/":  "internal/term",
	"github.com/muesli/termenv":  "internal/term",
	"github.com/vbauerster/":     "internal/term",
	"golang.org/x/term":          "internal/term",
	"golang.org/x/sys/unix":      "internal/term",
	"golang.org/x/sys/windows":   "internal/term",
	"golang.org/x/sys/cpu":       "internal/sweep",
	"google.golang.org/protobuf": "internal/kpl internal/decode",
	"github.com/segmentio/":      "internal/sweep",
	"kinspect/cmd":               ". cmd/gendocs",
	"kinspect/internal/peers":    "", // for tests
}

// TestHouse holds the import rules: main → cmd → verbs → internal, one way.
func TestHouse(t *testing.T) {
	house := imports(t, "..")
	if len(house) < 20 {
		t.Fatalf("only %d rooms were found", len(house))
	}
	for _, broken := range breaches(house) {
		t.Error(broken)
	}
}

func TestRulesCanFail(t *testing.T) {
	for _, house := range []map[string][]string{
		{"tail": {"kinspect/trace"}},
		{"internal/match": {"github.com/aws/aws-sdk-go-v2/aws"}},
		{"internal/scan": {"kinspect/internal/other"}, "internal/other": {"kinspect/internal/stream"}, "internal/stream": {"github.com/aws/smithy-go"}},
		{"internal/render": {"github.com/charmbracelet/lipgloss"}},
		{"cmd": {"github.com/vbauerster/mpb/v8"}},
		{"internal/stream": {"kinspect/cmd"}},
		{"internal/reader": {"kinspect/trace/receipt"}},
		{"internal/local": {"kinspect/internal/shard"}},
		{"internal/local": {"github.com/aws/aws-sdk-go-v2/service/kinesis"}},
		{"internal/scan": {framing}},
		{"trace": {"kinspect/internal/peers"}},
	} {
		if len(breaches(house)) == 0 {
			t.Errorf("%v breaks no rule", house)
		}
	}
}

// breaches names each import that a rule forbids.
func breaches(house map[string][]string) []string {
	var found []string
	for room, imported := range house {
		for _, name := range imported {
			if why := forbidden(room, name); why != "" {
				found = append(found, room+" imports "+name+": "+why)
			}
		}
	}
	for _, room := range pure {
		if through := reachesAWS(house, room, nil); through != "" {
			found = append(found, room+" knows of AWS through "+through)
		}
	}
	return found
}

func forbidden(room, name string) string {
	for module, owner := range owned {
		if strings.HasPrefix(name, module) && !slices.Contains(strings.Fields(owner), room) {
			return "only " + owner + " may"
		}
	}
	framed := room == "internal/local" && name == framing
	if strings.HasPrefix(name, "github.com/aws/") && !slices.Contains(awareOfAWS, room) && !framed {
		return "it is no room that talks to AWS"
	}
	ours, internal := strings.CutPrefix(name, "kinspect/")
	verb := path.Dir(ours + "/x")
	switch {
	case room == "internal/local" && ours == "internal/shard":
		return "the endpoint must not be wrong in the same way as the reader"
	case internal && strings.HasPrefix(room, "internal/") && !strings.HasPrefix(ours, "internal/"):
		return "rooms that verbs share know no verb"
	case slices.Contains(verbs, top(room)) && slices.Contains(verbs, top(verb)) && top(room) != top(verb):
		return "verbs do not know each other"
	}
	return ""
}

func top(room string) string {
	first, _, _ := strings.Cut(room, "/")
	return first
}

// reachesAWS returns the first room on the way from one to the SDK.
func reachesAWS(house map[string][]string, room string, seen []string) string {
	for _, name := range house[room] {
		next, ours := strings.CutPrefix(name, "kinspect/")
		if strings.HasPrefix(name, "github.com/aws/") {
			return name
		}
		if ours && !slices.Contains(seen, next) && reachesAWS(house, next, append(seen, next)) != "" {
			return next
		}
	}
	return ""
}

// imports lists what each room imports, by its path, tests left out.
func imports(t *testing.T, root string) map[string][]string {
	t.Helper()
	house := map[string][]string{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if entry != nil && (entry.Name() == "node_modules" || entry.Name() == ".git") {
				return filepath.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		room, _ := filepath.Rel(root, filepath.Dir(name))
		room = filepath.ToSlash(room)
		for _, spec := range file.Imports {
			house[room] = append(house[room], strings.Trim(spec.Path.Value, `"`))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return house
}
