package cmd

import (
	"slices"
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	account := []string{"audit", "orders", "orders-dlq", "orders-eu", "orders-us", "payments", "x"}
	for _, c := range []struct {
		name string
		want []string
	}{
		{"order", []string{"orders", "orders-eu", "orders-us"}},
		{"ordres", []string{"orders"}},
		{"Orders", []string{"orders", "orders-eu", "orders-us"}},
		{"orders-uk", []string{"orders-us", "orders-eu", "orders"}},
		{"payment", []string{"payments"}},
		{"y", []string{"x"}},
		{"ordxyz", nil},
		{"clicks", nil},
	} {
		if got := nearest(c.name, account); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"orders", "ordres", 2}, {"a", "b", 1}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("%q %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestHintsOfAnUnknownStream(t *testing.T) {
	for _, c := range []struct {
		lost noStream
		want []string
	}{
		{noStream{name: "orders", elsewhere: []string{"us-east-1"}}, []string{"stream orders exists in us-east-1: --region us-east-1"}},
		{noStream{name: "orders", elsewhere: []string{"us-east-1", "eu-west-1"}, nearest: []string{"order", "orders-eu"}},
			[]string{"stream orders exists in us-east-1, eu-west-1: --region us-east-1", "did you mean order or orders-eu?"}},
		{noStream{name: "orders"}, nil},
	} {
		if got := c.lost.hints(); !slices.Equal(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// What is being deleted will not become ACTIVE.
func TestHintsOfAStreamThatIsNotReady(t *testing.T) {
	for status, want := range map[string]string{"CREATING": "wait stream-exists", "DELETING": "wait stream-not-exists"} {
		hints := (&app{}).hints(&notReady{"orders", status})
		if len(hints) != 1 || !strings.Contains(hints[0], want) {
			t.Errorf("%s: %q", status, hints)
		}
	}
}
