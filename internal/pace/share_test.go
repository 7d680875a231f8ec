package pace

import (
	"encoding/json"
	"testing"
)

func TestShares(t *testing.T) {
	for _, c := range []struct {
		text, written string
		want          Share
	}{
		{"0.4", "0.4", 0.4}, {"1", "1", 1}, {"1e-3", "0.001", 0.001}, {"off", "off", Off},
	} {
		got, err := ParseShare(c.text)
		if err != nil || got != c.want || got.String() != c.written {
			t.Errorf("%s: %v, %v", c.text, got, err)
		}
		var back Share
		text, err := json.Marshal(got)
		if err != nil || json.Unmarshal(text, &back) != nil || back != c.want {
			t.Errorf("%s: JSON %s becomes %v: %v", c.text, text, back, err)
		}
	}
	for _, text := range []string{"", "0", "-0.1", "1.01", "2", "NaN", "Inf", "half", "40%", "Off"} {
		if got, err := ParseShare(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestOffInJSON(t *testing.T) {
	text, err := json.Marshal(struct{ ReadShare Share }{Off})
	if err != nil || string(text) != `{"ReadShare":"off"}` {
		t.Errorf("%s, %v", text, err)
	}
	if json.Unmarshal([]byte(`"on"`), new(Share)) == nil {
		t.Error(`"on" is read`)
	}
}
