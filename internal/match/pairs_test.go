package match

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"kinspect/internal/jq"
)

// pairsMin is how many pairs of a record and a filter are drawn where
// KINSPECT_PAIRS does not say how many.
const pairsMin = 50_000

// So many records are drawn at a time, and so many filters, each of which is
// paired with each record.
const recordsDrawn, filtersDrawn = 2, 4

// No record that a filter accepts is ruled out by the filter's prefilter.
func TestPrefilterNeverRefusesAMatch(t *testing.T) {
	pairs := pairsMin
	if given := os.Getenv("KINSPECT_PAIRS"); given != "" {
		var err error
		if pairs, err = strconv.Atoi(given); err != nil {
			t.Fatal(err)
		}
	}
	draw := drawing{Rand: rand.New(rand.NewPCG(4, uint64(pairs)))}
	accepted, rejected, drawn := 0, 0, 0
	byKind := map[string][2]int{}
	for drawn < pairs {
		records, trees := draw.records(t)
		for _, f := range draw.filters(t, trees) {
			for _, s := range records {
				drawn++
				_, ok, err := f.full.Match(s)
				ok = ok && err == nil
				may := f.may(s)
				if ok && !may {
					t.Fatalf("%s accepts %q, which its prefilter refuses", f.name, s.Blob.Bytes)
				}
				count := byKind[f.kind]
				if ok {
					accepted++
					count[0]++
				}
				if !may {
					rejected++
					count[1]++
				}
				byKind[f.kind] = count
			}
		}
	}
	t.Logf("%d pairs: %d accepted by the full filter, %d rejected by the prefilter; by kind %v", drawn, accepted, rejected, byKind)
	if accepted*4 < drawn || rejected*4 < drawn {
		t.Errorf("of %d pairs only %d were accepted and %d rejected by the prefilter; a quarter each is wanted", drawn, accepted, rejected)
	}
	for kind, count := range byKind {
		if count[0] == 0 || count[1] == 0 {
			t.Errorf("%s: %d accepted, %d rejected: this kind shows nothing", kind, count[0], count[1])
		}
	}
}

// filter is a matcher without its prefilter, and the prefilter.
type filter struct {
	kind, name string
	full       Matcher
	may        func(Subject) bool
}

// drawing draws records, and filters that often accept one of them.
type drawing struct {
	*rand.Rand
	within string // each word
}

func (d drawing) chance(percent int) bool { return d.IntN(100) < percent }

func pick[T any](d drawing, from ...T) T { return from[d.IntN(len(from))] }

func (d drawing) name() string { return pick(d, "id", "sku", "body", "a/b", "имя", "kind") }

func (d drawing) word() string {
	return pick(d, "ord-", "sku-", "eu/ord-", "say \"", "Чай ", "a\\b", "\u007f\n", "k") + d.within + strconv.Itoa(d.IntN(500))
}

// tree draws a JSON value.
func (d drawing) tree(depth int) any {
	switch n := d.IntN(10); {
	case depth > 0 && n < 3:
		object := map[string]any{}
		for range d.IntN(3) + 1 {
			object[d.name()] = d.tree(depth - 1)
		}
		return object
	case depth > 0 && n < 5:
		var array []any
		for range d.IntN(3) + 1 {
			array = append(array, d.tree(depth-1))
		}
		return array
	case depth > 0 && n < 6:
		return inner{map[string]any{d.name(): d.tree(depth - 1)}}
	case n == 9:
		return pick[any](d, nil, true, false, json.Number("12.50"), json.Number("49671234567890123456789012"))
	}
	return d.word()
}

// inner is a string that holds JSON.
type inner struct{ value any }

// spell writes a value, now and then with escapes that none needs.
func (d drawing) spell(value any) string {
	switch value := value.(type) {
	case map[string]any:
		var fields []string
		for _, name := range names(value) {
			fields = append(fields, d.quote(name)+":"+d.spell(value[name]))
		}
		return "{" + strings.Join(fields, ",") + "}"
	case []any:
		var elements []string
		for _, element := range value {
			elements = append(elements, d.spell(element))
		}
		return "[" + strings.Join(elements, ", ") + "]"
	case inner:
		return d.quote(d.spell(value.value))
	case string:
		return d.quote(value)
	}
	text, _ := json.Marshal(value)
	return string(text)
}

// names are in order, so that a seed draws the same again.
func names(object map[string]any) []string { return slices.Sorted(maps.Keys(object)) }

func (d drawing) quote(text string) string {
	var out strings.Builder
	odd := d.chance(5)
	for _, r := range text {
		all := spellings(r)
		spelled := all[0]
		if odd && d.chance(30) {
			spelled = pick(d, all...)
		}
		out.WriteString(spelled)
	}
	return `"` + out.String() + `"`
}

// records draws some, and the values that they hold.
func (d drawing) records(t *testing.T) (subjects []Subject, trees []any) {
	for range recordsDrawn {
		tree := any(map[string]any{d.name(): d.tree(3), d.name(): d.tree(2), "id": d.word()})
		data := d.spell(tree)
		switch d.IntN(20) {
		case 0:
			data = gzipped(t, data)
		case 1:
			data = base64.StdEncoding.EncodeToString([]byte(data))
		case 2:
			data += "\n" + d.spell(d.tree(2))
		case 3:
			data = "INFO " + data
		case 4:
			data = data[:len(data)-1]
		case 5:
			data = "\x00\xff" + data
		case 6:
			tree = d.word()
			data = tree.(string)
		}
		subjects, trees = append(subjects, keyed(d.word(), data)), append(trees, tree)
	}
	return subjects, trees
}

// leaf is a string somewhere in a value, and the jq path to it.
type leaf struct{ path, text string }

func leaves(path string, value any) (all []leaf) {
	switch value := value.(type) {
	case map[string]any:
		for _, name := range names(value) {
			all = append(all, leaves(path+"["+jqQuote(name)+"]", value[name])...)
		}
	case []any:
		for i, element := range value {
			all = append(all, leaves(fmt.Sprintf("%s[%d]", path, i), element)...)
		}
	case inner:
		all = leaves("("+path+"|fromjson)", value.value)
	case string:
		all = []leaf{{path, value}}
	}
	return all
}

func jqQuote(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted)
}

func (d drawing) filters(t *testing.T, trees []any) (all []filter) {
	for range filtersDrawn {
		tree := pick(d, trees...)
		switch n := d.IntN(10); {
		case n < 5:
			all = append(all, d.jq(t, tree))
		case n < 7:
			all = append(all, d.like(t, tree))
		case n < 9:
			all = append(all, d.text(t, tree))
		default:
			all = append(all, d.regexp(t, tree))
		}
	}
	return all
}

func (d drawing) leaf(tree any) leaf {
	if all := leaves(".", tree); len(all) > 0 {
		return pick(d, all...)
	}
	return leaf{".", d.word()}
}

// sought is a leaf, often of another text than the one in the record.
func (d drawing) sought(tree any) leaf {
	found := d.leaf(tree)
	if d.chance(38) {
		found.text = d.word()
	}
	return found
}

func (d drawing) jq(t *testing.T, tree any) filter {
	expr := d.condition(tree, 2)
	compiled, err := jq.Compile(expr)
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	return filter{"jq", expr, program{compiled, nil}, func(s Subject) bool { return newPrefilter(compiled.Literals()).mayMatch(s.Blob.Bytes) }}
}

// condition draws a jq program; what it compares stands in the tree more often
// than not.
func (d drawing) condition(tree any, depth int) string {
	if depth > 0 && d.chance(35) {
		form := pick(d, "(%s) and (%s)", "(%s) or (%s)", "(%s), (%s)", "select(%s) | select(%s)", "(%s) // (%s)",
			"select(%s) | [.] | .[0] | (%s)", "if (%s) then (%s) else false end", "try (%s) catch (%s)", "(%s) == (%s)", "any((., .); %s) and (%s)")
		return fmt.Sprintf(form, d.condition(tree, depth-1), d.condition(tree, depth-1))
	}
	at, other := d.sought(tree), d.word()
	long, end := []rune(at.text), jqQuote(string([]rune(at.text)[1:]))
	return strings.NewReplacer("PATH", at.path, "TEXT", jqQuote(at.text), "OTHER", jqQuote(other),
		"START", jqQuote(string(long[:len(long)-1])), "END", end).Replace(pick(d, conditions...))
}

var conditions = []string{
	`PATH == TEXT`, `PATH == TEXT`, `TEXT == PATH`, `select(PATH == TEXT)`, `select(PATH == TEXT) | {a: 1}`, `PATH? | select(. == TEXT)`,
	`PATH | startswith(START)`, `PATH | endswith(END)`, `PATH | contains(END)`, `PATH == (OTHER, TEXT)`, `first(PATH, .) == TEXT`,
	`.. | strings | select(. == TEXT)`, `any(..; . == TEXT)`, `any(.[]?; . == TEXT)`, `any(.[]; . == TEXT)`, `.. | select(type == "object" and .id == TEXT)`,
	`[PATH] | any(. == TEXT)`, `try (PATH == TEXT)`, `(PATH == TEXT)?`, `PATH[1:] == END`, `last(.., PATH) == TEXT`, `(PATH, OTHER) == TEXT`,
	`.. | strings | try fromjson | .. | strings | contains(START)`, `.[]? | objects | select(.sku == TEXT) | .kind`,
	// Of these a prefilter must not be misled.
	`PATH != TEXT`, `PATH == TEXT | not`, `PATH == OTHER | not`, `(PATH // TEXT) == TEXT`, `(.nothing // OTHER) == OTHER`, `OTHER as $x | PATH == TEXT`,
	`TEXT as $x | PATH == $x`, `def select(f): .; select(PATH == OTHER)`, `def startswith(x): true; PATH | startswith(OTHER)`, `[PATH] == [TEXT]`,
	`PATH = OTHER | PATH == OTHER`, `{a: OTHER} | .a == OTHER`, `OTHER | . == OTHER`, `(PATH | ascii_upcase) == (TEXT | ascii_upcase)`,
	`PATH == TEXT + ""`, `PATH | tojson | contains(START)`, `if PATH == OTHER then false else true end`, `(PATH == OTHER) == false`,
	`$meta.partitionKey == OTHER or PATH == TEXT`, `reduce .[] as $x (false; . or $x == TEXT)`, `try error(OTHER) catch . == OTHER`, `(try PATH[] catch OTHER) == OTHER`, `PATH | test("^k?[a-z]")`,
	`[PATH, OTHER][1] == OTHER`, `.a |= OTHER | .a == OTHER`, `PATH as [$a] ?// $a | $a == TEXT`, `"\(PATH)" == TEXT`, `all(.[]; . != OTHER)`,
}

// part is some of a value, which a record with the value is like.
func (d drawing) part(value any) any {
	switch value := value.(type) {
	case map[string]any:
		object := map[string]any{}
		for _, name := range names(value) {
			if d.chance(70) {
				object[name] = d.part(value[name])
			}
		}
		return object
	case []any:
		array := []any{}
		for _, element := range value {
			array = append(array, d.part(element))
		}
		return array
	case inner:
		return d.part(value.value)
	case string:
		if d.chance(4) {
			return d.word()
		}
	}
	return value
}

func (d drawing) like(t *testing.T, tree any) filter {
	pattern, ok := d.part(tree).(map[string]any)
	if !ok || len(pattern) == 0 {
		pattern = map[string]any{"id": d.word()}
	}
	spelled := d.spell(pattern)
	m, err := Like([]byte(spelled))
	if err != nil {
		t.Fatalf("%s: %v", spelled, err)
	}
	l := m.(likeness)
	return filter{"like", spelled, likeness{l.pattern, nil}, func(s Subject) bool { return l.mayMatch(s.Blob.Bytes) }}
}

// text seeks by an expression that has no literal, so that nothing is passed
// over.
func (d drawing) text(t *testing.T, tree any) filter {
	sought := d.sought(tree).text
	bound, ignoreCase := pick(d, Word, Anywhere, Entire), d.chance(30)
	if ignoreCase && d.chance(50) {
		sought = strings.ToUpper(sought)
	}
	if bound == Anywhere {
		sought = sought[:max(1, len(sought)-1)]
	}
	m := newText(sought, bound, ignoreCase)
	full := m.needle
	full.text, full.pattern = nil, regexp.MustCompile(regexp.QuoteMeta(sought))
	if ignoreCase && utf8.ValidString(sought) {
		full.pattern = m.needle.pattern
	}
	return filter{"text", fmt.Sprintf("%q (%d, %t)", sought, bound, ignoreCase), &text{full}, m.mayMatch}
}

func (d drawing) regexp(t *testing.T, tree any) filter {
	sought := regexp.QuoteMeta(d.sought(tree).text)
	expr := fmt.Sprintf(pick(d, "%s", "^%s$", "(%s)+", "(?:%s){1,3}", "(%s)?x*", "(?i)%s", "%s|ord-1", "[k]%s?", `\b%s\w?`), sought)
	ignoreCase := d.chance(20)
	if ignoreCase && d.chance(50) {
		expr = strings.NewReplacer("ord", "ORD", "sku", "Sku").Replace(expr)
	}
	m, err := Regexp(expr, ignoreCase)
	if err != nil {
		t.Fatal(err)
	}
	full := m.(*text).needle
	full.seeker = nil
	return filter{"regexp", expr, &text{full}, m.(*text).mayMatch}
}

// mayMatch is the quick test of all of a record.
func (t *text) mayMatch(s Subject) bool {
	if key := s.User.UserKey; key != nil && t.needle.mayHold([]byte(*key)) {
		return true
	}
	for _, layer := range s.Blob.Bytes {
		if t.needle.mayHold(layer) {
			return true
		}
	}
	return false
}
