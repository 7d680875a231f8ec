package render

import (
	"strings"
	"testing"

	"kinspect/internal/term"
)

const order = `{"orderId": "ord-7", "total": 12.50, "paid": true, "items": [{"sku": "a-1", "n": 2}], "note": null}`

func TestPretty(t *testing.T) {
	text80 := strings.Repeat("word ", 12) + "end"
	cases := []struct {
		name    string
		columns int
		it      Item
		want    string
	}{
		{"pipe: a line, everything in full", 0, item(JSON, order),
			`2026-11-23 10:15:02.117Z  shardId-000000000003  user-88  {"orderId":"ord-7","total":12.50,"paid":true,"items":[{"sku":"a-1","n":2}],"note":null}`},
		{"pipe: text is a line as well", 0, item(Text, "a\n\tb\r\n"),
			`2026-11-23 10:15:02.117Z  shardId-000000000003  user-88  a\n\tb\r\n`},
		{"fits beside", 80, item(JSON, `{"orderId": "ord-7"}`),
			`2026-11-23 10:15:02.117Z    3  user-88     {"orderId":"ord-7"}`},
		{"fits to the last column", 62, item(JSON, `{"orderId": "ord-7"}`),
			`2026-11-23 10:15:02.117Z    3  user-88     {"orderId":"ord-7"}`},
		{"fits below", 61, item(JSON, `{"orderId": "ord-7"}`), `
2026-11-23 10:15:02.117Z    3  user-88
  {"orderId":"ord-7"}`},
		{"indented", 80, item(JSON, order), `
2026-11-23 10:15:02.117Z    3  user-88
  {
    "orderId": "ord-7",
    "total": 12.50,
    "paid": true,
    "items": [{"sku":"a-1","n":2}],
    "note": null
  }`},
		{"text beside", 80, item(Text, "hello"), `2026-11-23 10:15:02.117Z    3  user-88     hello`},
		{"long text below", 80, item(Text, text80), "\n2026-11-23 10:15:02.117Z    3  user-88\n  " + text80},
		{"lines of text below", 80, item(Text, strings.Repeat("x", 40)+"\n\t2026\r\n\nend\n"), `
2026-11-23 10:15:02.117Z    3  user-88
  ` + strings.Repeat("x", 40) + `
  ` + "\t" + `2026\r
  
  end`},
		{"wide characters", 80, item(Text, strings.Repeat("注", 19)+"!"), `
2026-11-23 10:15:02.117Z    3  user-88
  ` + strings.Repeat("注", 19) + "!"},
		{"wide characters that fit", 80, item(Text, strings.Repeat("注", 18)),
			"2026-11-23 10:15:02.117Z    3  user-88     " + strings.Repeat("注", 18)},
		{"binary", 80, item(Binary, "\x0a\x03abc\xff"), `2026-11-23 10:15:02.117Z    3  user-88     \n\x03abc\xff`},
		{"of long binary a terminal shows the beginning", 400, item(Binary, strings.Repeat("x", 1500)),
			"2026-11-23 10:15:02.117Z    3  user-88     " + strings.Repeat("x", 128) + " … 1,500 bytes in all"},
		{"elsewhere all of it", 0, item(Binary, strings.Repeat("x", 1500)),
			"2026-11-23 10:15:02.117Z  shardId-000000000003  user-88  " + strings.Repeat("x", 1500)},
		{"long binary is one line below", 80, item(Binary, "\n"+strings.Repeat("\x00", 12)), `
2026-11-23 10:15:02.117Z    3  user-88
  \n` + strings.Repeat(`\x00`, 12)},
		{"JSON that is not UTF-8", 80, item(JSON, "\"Ren\xe9\""), `2026-11-23 10:15:02.117Z    3  user-88     "Ren\xe9"`},
		{"broken", 80, with(item(Binary, "\x1f\x8b"), func(it *Item) { it.Err = errCut }),
			`2026-11-23 10:15:02.117Z    3  user-88  (gzip: unexpected end\x1b[2J\nof data)` + "\n" + `  \x1f\x8b`},
		{"no data", 80, item(Text, ""), `2026-11-23 10:15:02.117Z    3  user-88`},
		{"no partition key", 80, with(item(Text, "x"), func(it *Item) { it.User.UserKey = nil }),
			`2026-11-23 10:15:02.117Z    3  -           x`},
		{"a stranger's shard ID", 80, with(item(Text, "x"), func(it *Item) { it.User.ShardID = "shardId-1\x1b" }),
			`2026-11-23 10:15:02.117Z  shardId-1\x1b  user-88  x`},
		{"a shard ID of another length", 80, with(item(Text, "x"), func(it *Item) { it.User.ShardID = "shardId-3" }),
			`2026-11-23 10:15:02.117Z  shardId-3  user-88  x`},
		{"shard 0", 80, with(item(Text, "x"), func(it *Item) { it.User.ShardID = "shardId-000000000000" }),
			`2026-11-23 10:15:02.117Z    0  user-88     x`},
		{"shard 12345", 80, with(item(Text, "x"), func(it *Item) { it.User.ShardID = "shardId-000000012345" }),
			`2026-11-23 10:15:02.117Z  12345  user-88   x`},
	}
	for _, c := range cases {
		want := strings.TrimPrefix(c.want, "\n") + "\n"
		if got := render(t, "pretty", output(c.columns, term.Never), c.it); got != want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, want)
		}
		if got := withoutStyles(render(t, "pretty", output(c.columns, term.Always), c.it)); got != want {
			t.Errorf("%s, in colour:\n got %q\nwant %q", c.name, got, want)
		}
	}
}

func TestPrettyInColour(t *testing.T) {
	it := with(item(JSON, `{"n":1}`), func(it *Item) { it.Err = errCut })
	got := render(t, "pretty", output(200, term.Always), it)
	want := "\x1b[2m2026-11-23 10:15:02.117Z\x1b[0m  \x1b[36m  3\x1b[0m  \x1b[1muser-88\x1b[0m  " +
		"\x1b[31m(gzip: unexpected end\\x1b[2J\\nof data)\x1b[0m  {\x1b[36m\"n\"\x1b[0m:\x1b[35m1\x1b[0m}\n"
	if got != want {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}
