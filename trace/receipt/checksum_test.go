package receipt

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
)

func written(t *testing.T) string {
	t.Helper()
	file, err := os.Open("testdata/inconclusive.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	r.Event.Text = "ord <é\u202e> & 1"
	var text bytes.Buffer
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// A receipt may be laid out anew on its way, and its keys sorted; what it says may
// not change.
func TestIntact(t *testing.T) {
	text := written(t)
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(text)); err != nil {
		t.Fatal(err)
	}
	var keys map[string]any
	if err := json.Unmarshal([]byte(text), &keys); err != nil {
		t.Fatal(err)
	}
	sorted, _ := json.Marshal(keys)
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"as written":   {text, nil},
		"compact":      {compact.String(), nil},
		"keys sorted":  {string(sorted), nil},
		"another text": {strings.Replace(text, "& 1", "& 2", 1), ErrChanged},
		"a key more":   {strings.Replace(text, `"text": "ord`, `"exact": true, "text": "ord`, 1), ErrChanged},
		"no checksum":  {strings.Replace(text, `"checksum"`, `"otherwise"`, 1), ErrNoChecksum},
	} {
		if name != "as written" && c.text == text {
			t.Errorf("%s: nothing was changed", name)
		}
		if err := Intact([]byte(c.text)); !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// Numbers of a record's data may have more digits than a double tells apart.
func TestChecksumKeepsDigits(t *testing.T) {
	a, _ := checksum([]byte(`{"data":12345678901234567890}`))
	b, _ := checksum([]byte(`{"data":12345678901234567891}`))
	if a == b {
		t.Error("one digit changed, and the checksum is the same")
	}
}
