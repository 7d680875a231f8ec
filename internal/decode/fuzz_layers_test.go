package decode

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// A target for each decoder, which hands it the bytes that a magic number would
// keep from it.

func FuzzGzip(f *testing.F)        { fuzzPeel(f, "*.gz", gunzipTwice, anyBytes) }
func FuzzZlib(f *testing.F)        { fuzzPeel(f, "*.zlib", unzlib, anyBytes) }
func FuzzZstd(f *testing.F)        { fuzzPeel(f, "*.zst", unzstd, anyBytes) }
func FuzzLZ4(f *testing.F)         { fuzzPeel(f, "*.lz4", unlz4, anyBytes) }
func FuzzBzip2(f *testing.F)       { fuzzPeel(f, "*.bz2", unbzip2, anyBytes) }
func FuzzSnappyBlock(f *testing.F) { fuzzPeel(f, "*.snappy", unsnappyRaw, anyBytes) }
func FuzzSnappyJava(f *testing.F)  { fuzzPeel(f, "*.xerial.snappy", unsnappyXerial, anyBytes) }
func FuzzSnappyFrame(f *testing.F) { fuzzPeel(f, "*.framed.snappy", unsnappyFramed, anyBytes) }
func FuzzMessagePack(f *testing.F) { fuzzPeel(f, "*.msgpack", unmsgpack, oneValue) }
func FuzzCBOR(f *testing.F)        { fuzzPeel(f, "*.cbor", uncbor, oneValue) }
func FuzzLogs(f *testing.F)        { fuzzPeel(f, "*.json", openLogs, documents) }
func FuzzControl(f *testing.F)     { fuzzPeel(f, "*.json", openControl, documents) }
func FuzzChange(f *testing.F)      { fuzzPeel(f, "*.json", openChange, documents) }

func FuzzString(f *testing.F) {
	f.Add([]byte(`"AA000000"`)) // base64 of what begins as a message with a schema's ID
	fuzzPeel(f, "*.json", openString, func(outer, inner []byte) bool { return documents(outer, inner) || showsBase64(inner) })
}

// gunzipTwice holds the fast reader to the standard library's.
func gunzipTwice(data []byte, limit int) ([]byte, error) {
	out, err := gunzip(data, limit)
	if want, failed := gunzipBy(&standardReaders, data, limit); !bytes.Equal(out, want) || fmt.Sprint(err) != fmt.Sprint(failed) {
		return nil, fmt.Errorf("%w: %d bytes, %v; by the standard library %d bytes, %v", errUnlike, len(out), err, len(want), failed)
	}
	return out, err
}

var errUnlike = errors.New("the readers differ")

// fuzzLimit is small, so that the limit is often met.
const fuzzLimit = 1 << 12

// fuzzPeel holds a decoder to its limit, and what it gives to what it promises.
func fuzzPeel(f *testing.F, seeds string, peel func([]byte, int) ([]byte, error), promise func(outer, inner []byte) bool) {
	addCorpus(f, seeds)
	f.Fuzz(func(t *testing.T, data []byte) {
		inner, err := peel(data, fuzzLimit)
		if errors.Is(err, errUnlike) {
			t.Fatalf("%q: %v", data, err)
		}
		if len(inner) > fuzzLimit {
			t.Fatalf("%d bytes, over the limit", len(inner))
		}
		if err == nil && inner != nil && !promise(data, inner) {
			t.Fatalf("%q out of %q", inner, data)
		}
	})
}

func anyBytes(_, _ []byte) bool { return true }

// oneValue demands an object or an array, as nothing else is known by its bytes.
func oneValue(_, inner []byte) bool { return json.Valid(inner) && startsLikeJSON(inner) }

// documents demands JSON of what came out of JSON.
func documents(outer, inner []byte) bool {
	if outside, _ := parseJSON(outer); outside == nil {
		return true
	}
	values, err := parseJSON(inner)
	return err != nil || values != nil
}

func addCorpus(f *testing.F, pattern string) {
	f.Helper()
	files, err := filepath.Glob("testdata/corpus/" + pattern)
	if err != nil || len(files) == 0 {
		f.Fatalf("no %s in the corpus, %v", pattern, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

// FuzzBase64 holds the decoder against the library's, on text without breaks.
func FuzzBase64(f *testing.F) {
	for _, seed := range []string{"eyJpZCI6Nw==", "b3JkLTc1", "a-_b", "H4sIAAAAAAAAA6tW", "YWJj\nZGVm"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		inner, ok := unbase64(text)
		again, err := base64.StdEncoding.DecodeString(string(text))
		if err == nil && len(text) >= minBase64 && !bytes.ContainsAny(text, " \t\r\n") && (!ok || !bytes.Equal(inner, again)) {
			t.Fatalf("%q is %q, %t; not %q", text, inner, ok, again)
		}
		if format, damaged := damagedBase64(text); damaged && format == "" {
			t.Fatalf("%q is damaged base64 of nothing", text)
		}
		checkOpened(t, text)
	})
}

// FuzzHeaders opens what stands behind the headers of registries.
func FuzzHeaders(f *testing.F) {
	addCorpus(f, "*.avro")
	addCorpus(f, "*.protobuf")
	addCorpus(f, "order.json*")
	decoder := Auto.With(loadAvro(f, "testdata/schemas/order.avsc"), loaded(f, "order.set", "shop.v1.Order"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, header := range []string{"", "\x00\x00\x00\x00\x07", "\x03\x00" + avroMarker, "\x03\x05" + avroMarker} {
			blob := decoder.Open(append([]byte(header), data...))
			if (blob.State == Read) != (blob.Err == nil) || len(blob.Layers) > MaxLayers+1 {
				t.Fatalf("state %d, %v, layers %v", blob.State, blob.Err, blob.Layers)
			}
			if blob.State == Read {
				checkRead(t, blob)
			}
		}
	})
}
