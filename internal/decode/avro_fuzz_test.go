package decode

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// FuzzAvro opens bytes as they are, and as the body of a container, plain and
// deflated, a single object and a registry's message of one schema.
func FuzzAvro(f *testing.F) {
	text, err := os.ReadFile("testdata/schemas/order.avsc")
	if err != nil {
		f.Fatal(err)
	}
	schemas := loadAvro(f, "testdata/schemas/order.avsc")
	decoder := Auto.With(schemas)
	files, err := filepath.Glob("testdata/corpus/*.avro")
	if err != nil || len(files) == 0 {
		f.Fatalf("%d seeds, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(containerOf(`{"type":"array","items":"null"}`, "null", blockOf(1, long(1<<60)+long(0)))))
	f.Add([]byte(containerOf(avroOrderID, "snappy", blockOf(1, snapped(avroNine)))))
	f.Add([]byte(containerOf(avroOrderID, "zstandard", blockOf(1, zstded(f, avroNine)))))
	single := string(binary.LittleEndian.AppendUint64([]byte{0xC3, 1}, schemas.one.fingerprint))
	f.Fuzz(func(t *testing.T, data []byte) {
		body := string(data)
		for _, message := range []string{
			body, single + body, "\x00\x00\x00\x00\x07" + body, based(single + body),
			containerOf(string(text), "null", blockOf(1, body)), containerOf(string(text), "deflate", blockOf(1, flated(t, body))),
			containerOf(body, "null", blockOf(1, avroNine)),
		} {
			checkAvro(t, decoder.Open([]byte(message)))
		}
		checkBare(t, schemas.one, data)
	})
}

func checkAvro(t *testing.T, blob Blob) {
	decoded := 0
	for _, layer := range blob.Bytes[1:] {
		decoded += len(layer)
	}
	if decoded > MaxDecoded || (blob.State == Read) != (blob.Err == nil) {
		t.Fatalf("%d bytes decoded, state %d, %v", decoded, blob.State, blob.Err)
	}
	if blob.State != Read {
		return
	}
	if blob.Text == (len(blob.Documents) > 0) {
		t.Fatalf("text %t, and %d documents", blob.Text, len(blob.Documents))
	}
	for _, document := range blob.Documents {
		if !json.Valid(document) || tooDeep(document) != nil {
			t.Fatalf("no JSON: %q", document)
		}
	}
}

// checkBare holds what is decoded to a limit, and cutting it against taking all.
func checkBare(t *testing.T, s *avroSchema, data []byte) {
	const limit = 200
	out, err := s.peel(data, limit)
	if len(out) > limit {
		t.Fatalf("%d bytes: %v", len(out), err)
	}
	if err != nil {
		return
	}
	if more, err := s.peel(append(bytes.Clone(data), 0), limit); err == nil {
		t.Fatalf("takes one more byte: %s", more)
	}
	if less, err := s.peel(data[:len(data)-1], limit); err == nil {
		t.Fatalf("takes one byte less: %s", less)
	}
}
