package jq

import (
	"reflect"
	"testing"
)

func TestLiterals(t *testing.T) {
	cases := []struct {
		expr string
		want Literals
	}{
		{`.id == "ord-9"`, Literals{{"ord-9"}}},
		{`"ord-9" == .a["b"][0].c?`, Literals{{"ord-9"}}},
		{`select(.id == "ord-9")`, Literals{{"ord-9"}}},
		{`select(.id == "ord-9") | {id, total: .total}`, Literals{{"ord-9"}}},
		{`.items[] | select(.sku == "sku-7") | .price`, Literals{{"sku-7"}}},
		{`.items[] | .sku == "sku-7"`, Literals{{"sku-7"}}},
		{`.body | fromjson | .id | startswith("ord-")`, Literals{{"ord-"}}},
		{`(.a | endswith("xy")) and (.b | contains("zz"))`, Literals{{"xy"}, {"zz"}}},
		{`.a == "x1" or .b == "y1"`, Literals{{"x1", "y1"}}},
		{`.a == "x1", .b == "y1"`, Literals{{"x1", "y1"}}},
		{`.a == "x1" or .b == 7`, nil},
		{`.a == ("x1", "y1")`, Literals{{"x1", "y1"}}},
		{`.a == ("x1", 7)`, nil},
		{`(.a == "x1" and .b == "y1") or .c == "z1"`, Literals{{"x1", "z1"}, {"y1", "z1"}}},
		{`any(.items[]; .sku == "sku-7")`, Literals{{"sku-7"}}},
		{`.items | any(.sku == "sku-7")`, Literals{{"sku-7"}}},
		{`any(.items[] | select(.a == "xx"); . != 1)`, Literals{{"xx"}}},
		{`first(.items[] | select(.sku == "sku-7"))`, Literals{{"sku-7"}}},
		{`try (.id == "ord-9")`, Literals{{"ord-9"}}},
		{`(.id == "ord-9")?`, Literals{{"ord-9"}}},
		{`.. | strings | select(. == "ord-9")`, Literals{{"ord-9"}}},
		{`.. | select(type == "object" and .id == "ord-9")`, Literals{{"ord-9"}}},
		{`select(.a == "xx") | select(.b == "yy")`, Literals{{"xx"}, {"yy"}}},
		{`select(.a == "xx").b`, Literals{{"xx"}}},
		{`.a[1:3] == "xx"`, Literals{{"xx"}}},

		// Of these nothing is known.
		{`.`, nil}, {`true`, nil}, {`.id == 7`, nil}, {`.id != "ord-9"`, nil}, {`.id == "ord-9" | not`, nil},
		{`(.id == "ord-9") == false`, nil}, {`.id // "x" == "ord-9"`, nil}, {`(.id // "ord-9") == "ord-9"`, nil},
		{`"ord-9" == "ord-9"`, nil}, {`"ord-9" | . == "ord-9"`, nil}, {`{a: "ord-9"} | .a == "ord-9"`, nil},
		{`"ord-9" as $x | .id == $x`, nil}, {`. as $x | $x.id == "ord-9"`, nil}, {`$meta.partitionKey == "ord-9"`, nil},
		{`def select(f): .; select(.id == "ord-9")`, nil}, {`.a | def startswith(f): true; startswith("xx")`, nil},
		{`.id == "ord-\(7)"`, nil}, {`.id == @base64 "ord-9"`, nil}, {`.id | tostring == "ord-9"`, nil}, {`.id | ascii_downcase == "ord-9"`, nil},
		{`if .id == "ord-9" then false else true end`, nil}, {`try error("ord-9") catch . == "ord-9"`, nil}, {`try .id catch "ord-9" | . == "ord-9"`, nil},
		{`reduce .[] as $x (0; 1)`, nil}, {`.id = "ord-9" | .id == "ord-9"`, nil}, {`.id |= "ord-9" | .id == "ord-9"`, nil}, {`(.id |= "xx") == "xx"`, nil},
		{`all(.items[]; .sku == "sku-7")`, nil}, {`[.items[] | select(.sku == "sku-7")] | length == 0`, nil},
		{`(select(.id == "ord-9") // true)`, nil}, {`.id == "ord-9" + ""`, nil}, {`(.id == "a9")[0]?, true`, nil},
		{`keys[0] == "ord-9"`, nil}, {`.id | contains({a: "xx"})`, nil}, {`.id | test("ord-9")`, nil},
		{`(.a, "xx") == "xx"`, nil}, {`.id | startswith(.prefix)`, nil}, {`-1`, nil}, {`[.id] == ["ord-9"]`, nil}, {`label $f | .id == "xx"`, nil},
	}
	for _, c := range cases {
		program, err := Compile(c.expr)
		if err != nil {
			t.Errorf("%s: %v", c.expr, err)
			continue
		}
		if got := program.Literals(); !(len(got) == 0 && len(c.want) == 0) && !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", c.expr, got, c.want)
		}
	}
}

// However a program is made, its literals stay few.
func TestLiteralsAreBounded(t *testing.T) {
	expr := `(.a == "xx" and .b == "yy")`
	for range 7 {
		expr = "(" + expr + " or " + expr + ")"
	}
	program, err := Compile(expr)
	if err != nil {
		t.Fatal(err)
	}
	if got := program.Literals(); len(got) == 0 || len(got) > clausesMax {
		t.Errorf("%d lists", len(got))
	}
}
