package render

import (
	"errors"
	"reflect"
	"testing"

	"kinspect/internal/decode"
)

func TestItems(t *testing.T) {
	zipped, unzipped := []byte("\x1f\x8b.."), []byte(`{"a":1} {"b":2}`)
	cut := errors.New("cut")
	cases := []struct {
		name string
		blob decode.Blob
		want []Item
	}{
		{"text", decode.Blob{Bytes: [][]byte{[]byte("hello")}, Text: true}, []Item{{Kind: Text, Data: []byte("hello")}}},
		{"an item for each document",
			decode.Blob{Layers: []string{"gzip", "json"}, Bytes: [][]byte{zipped, unzipped}, Documents: [][]byte{unzipped[:7], unzipped[8:]}},
			[]Item{
				{Layers: []string{"gzip", "json"}, Kind: JSON, Data: []byte(`{"a":1}`)},
				{Layers: []string{"gzip", "json"}, Document: 1, Kind: JSON, Data: []byte(`{"b":2}`)},
			}},
		{"opaque", decode.Blob{State: decode.Opaque, Bytes: [][]byte{{0xff}}}, []Item{{Kind: Binary, Data: []byte{0xff}}}},
		{"broken within a layer", decode.Blob{State: decode.Broken, Err: cut, Layers: []string{"gzip"}, Bytes: [][]byte{zipped, unzipped}},
			[]Item{{Layers: []string{"gzip"}, Kind: Text, Data: unzipped, Err: cut}}},
		{"broken with control characters", decode.Blob{State: decode.Broken, Err: cut, Bytes: [][]byte{[]byte("{\x00")}},
			[]Item{{Kind: Binary, Data: []byte("{\x00"), Err: cut}}},
		{"text by the caller's word", decode.Blob{Bytes: [][]byte{[]byte("\x1b[1m")}, Text: true},
			[]Item{{Kind: Text, Data: []byte("\x1b[1m")}}},
		{"broken after a document: all is kept",
			decode.Blob{State: decode.Broken, Err: cut, Bytes: [][]byte{unzipped}, Documents: [][]byte{unzipped[:7]}},
			[]Item{{Kind: Text, Data: unzipped, Err: cut}}},
		{"no layers noted", decode.Blob{State: decode.Opaque}, []Item{{Kind: Binary, Data: zipped}}},
	}
	for _, c := range cases {
		u := user("k", string(zipped))
		for i := range c.want {
			c.want[i].User = u
		}
		if got := Items(u, c.blob); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", c.name, got, c.want)
		}
	}
	empty := Items(user("k", ""), decode.Blob{State: decode.Opaque})
	if len(empty) != 1 || empty[0].Kind != Text {
		t.Errorf("a record without data is no text: %+v", empty)
	}
}
