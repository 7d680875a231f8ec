package term

import "testing"

func TestBar(t *testing.T) {
	for done, want := range map[float64]string{
		-1:    "····················",
		0:     "····················",
		0.001: "····················",
		0.01:  "▏···················",
		0.5:   "██████████··········",
		0.525: "██████████▌·········",
		1:     "████████████████████",
		2:     "████████████████████",
	} {
		if got := Bar(done); got != want {
			t.Errorf("%v: %s, want %s", done, got, want)
		}
	}
}
