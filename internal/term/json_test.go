package term

import (
	"bytes"
	"errors"
	"testing"
)

func TestWriteJSON(t *testing.T) {
	value := map[string]string{"id": "<\x1b\u009b\u202e\xff\U000e0041>"}
	var compact, indented bytes.Buffer
	if err := errors.Join(WriteJSON(&compact, value, ""), WriteJSON(&indented, value, "  ")); err != nil {
		t.Fatal(err)
	}
	const id = `<\u001b\u009b\u202e\ufffd\udb40\udc41>`
	if got, want := compact.String(), `{"id":"`+id+`"}`+"\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := indented.String(), "{\n  \"id\": \""+id+"\"\n}\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if err := WriteJSON(&compact, func() {}, ""); err == nil {
		t.Error("a function is no JSON")
	}
}
