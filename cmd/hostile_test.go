package cmd

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kinspect/internal/local"
)

// weapons are what a terminal obeys, or hides from its reader.
var weapons = []string{
	"\x1b[31m", "\x1b[2J\x1b[H", "\x1b]0;title\x07", "\x1b]52;c;cm0=\x1b\\", "\x1bP$q\x1b\\", "\x1bc", "\x1b[6n",
	"\x01\x05\x07\x08\x0b\x0c\x0e\x0f\x7f", "over\rwritten", "\r", "\u0085\u0090\u009b2J\u009d",
	"\u202a\u202b\u202c\u202d\u202e", "\u2066\u2067\u2068\u2069", "\u200e\u200f\u061c", "\u2028\u2029\ufeff", "\U000e0041\u200b\u00ad",
}

// notText are such as no partition key has: they are not UTF-8.
var notText = []string{"\x9b2J", "\xc3", "\xed\xa0\x80", "\xff\xfe", "\xc0\x9b"}

// armed is the ID that an endpoint of ill will gives what AWS calls plainly.
const armed = "\x1b[2J\u009b\u202e\u2028"

// hostile is an endpoint that hangs weapons on all it says of a stream, and on
// its errors; its answers are those of a stream "orders" of two shards otherwise.
func hostile(t *testing.T) (url string) {
	t.Helper()
	server := local.New(local.Options{NoQuotas: true})
	if err := server.CreateStream("orders", 2); err != nil {
		t.Fatal(err)
	}
	names := []string{"shardId-", armed + "Id-", "ACTIVE", "ACTIVE" + armed, "NONE", "NONE" + armed, "PROVISIONED", "PROVISIONED" + armed}
	arm, disarm := strings.NewReplacer(names...), strings.NewReplacer(names[1], names[0])
	served := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if bytes.Contains(body, []byte(`"refused"`)) {
			w.Header().Set("Content-Type", "application/x-amz-json-1.1")
			w.WriteHeader(http.StatusBadRequest)
			_ = json.NewEncoder(w).Encode(map[string]string{"__type": "AccessDeniedException", "message": strings.Join(weapons, " ")})
			return
		}
		asked := r.Clone(r.Context())
		asked.Body = io.NopCloser(bytes.NewReader(respelled(body, disarm)))
		answer := httptest.NewRecorder()
		server.ServeHTTP(answer, asked)
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.Header().Del("Content-Length")
		w.WriteHeader(answer.Code)
		_, _ = w.Write(respelled(answer.Body.Bytes(), arm))
	}))
	t.Cleanup(served.Close)
	return served.URL
}

// respelled is a JSON text with its strings replaced.
func respelled(text []byte, r *strings.Replacer) []byte {
	values := json.NewDecoder(bytes.NewReader(text))
	values.UseNumber()
	var value any
	if values.Decode(&value) != nil {
		return text
	}
	var walk func(any) any
	walk = func(value any) any {
		switch v := value.(type) {
		case string:
			return r.Replace(v)
		case []any:
			for i := range v {
				v[i] = walk(v[i])
			}
		case map[string]any:
			for name := range v {
				if name != "Data" {
					v[name] = walk(v[name])
				}
			}
		}
		return value
	}
	changed, _ := json.Marshal(walk(value))
	return changed
}

// fire puts data of every kind with weapons in it, each with a mark near its
// beginning and a weapon in its partition key, and returns how many records it
// came to.
func fire(t *testing.T, url string) (records int) {
	t.Helper()
	put := func(data, key string, more ...string) {
		args := append([]string{"putrec", "orders", "--partition-key", key, "--endpoint-url", url}, more...)
		kinspectWith(t, strings.NewReader(data), args...).want(t, 0)
	}
	for i, data := range volley() {
		put(data, keyOf(weapons[i%len(weapons)]), "--whole")
	}
	put(strings.Join(noise(), "\n"), keyOf(strings.Join(weapons, "")))
	return len(volley()) + len(noise())
}

func keyOf(weapon string) string { return "key " + weapon }

func volley() (data []string) {
	for _, weapon := range append(weapons, notText...) {
		escaped, _ := json.Marshal(weapon)
		data = append(data,
			"mark "+weapon+"\n\tend",
			`{"mark":"`+weapon+`","`+weapon+`":[1]}`,
			`{"mark":`+string(escaped)+`}`, `"mark `+strings.Trim(string(escaped), `"`)+`"`,
			`{"mark":"`+weapon+strings.Repeat("注 long ", 40)+`","n":[1e400,"\ud800",`+string(escaped)+`]}`,
			"mark "+strings.Repeat(weapon, 100), "{\"mark\":"+weapon)
	}
	return data
}

// noise is lines of random bytes, many of them control characters.
func noise() (lines []string) {
	source := rand.New(rand.NewPCG(4, 6))
	for range 400 {
		line := make([]byte, 1+source.IntN(60))
		for i := range line {
			line[i] = byte(source.Uint32()) & [...]byte{0xff, 0x1f, 0x9f}[source.IntN(3)]
		}
		lines = append(lines, "mark "+strings.ReplaceAll(string(line), "\n", "\x1b[")+"|")
	}
	return lines
}
