package decode

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// maxSchema bounds one schema's JSON, in bytes, be it in a file or in a container.
const maxSchema = 1 << 20

// Avro is one schema, or a directory of them by what registries call them.
type Avro struct {
	path string
	sum  hash.Hash // of what was read
	// one opens bare messages and those behind any header; nil for a directory.
	one           *avroSchema
	byID          map[string]*avroSchema
	byFingerprint map[uint64]*avroSchema
}

// LoadAvro reads schemas as JSON. A file holds the one of all messages, whatever
// ID stands before them. A directory's files end in .avsc and begin with the ID
// that a registry gave: 7.avsc for Confluent's, a UUID for Glue's. Bare messages
// are not opened by a directory. In both, single objects are opened by the schema
// that has their fingerprint, whatever its file is called. Each file defines all
// the types that it names, in at most 1 MiB.
func LoadAvro(path string) (*Avro, error) {
	a := &Avro{path: path, sum: sha256.New(), byID: map[string]*avroSchema{}, byFingerprint: map[uint64]*avroSchema{}}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("reading the Avro schema: %w", err)
	}
	if !info.IsDir() {
		if a.one, err = a.load(path); err != nil {
			return nil, err
		}
		return a, nil
	}
	files, err := filepath.Glob(filepath.Join(escapeGlob(path), "*.avsc"))
	if err == nil && len(files) == 0 {
		err = errors.New("no file ends in .avsc")
	}
	if err != nil {
		return nil, fmt.Errorf("reading the Avro schemas in %s: %w", path, err)
	}
	for _, file := range files {
		if err := a.loadNamed(file); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// escapeGlob takes the meaning from the characters that have one in patterns.
func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// loadNamed loads a file whose name may be an ID.
func (a *Avro) loadNamed(file string) error {
	s, err := a.load(file)
	if err != nil {
		return err
	}
	if id := schemaID(strings.TrimSuffix(filepath.Base(file), ".avsc")); id != "" {
		a.byID[id] = s
	}
	return nil
}

var uuidPattern = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// schemaID is the ID that a file is named by, as headers give it, or empty.
func schemaID(name string) string {
	if n, err := strconv.ParseUint(name, 10, 32); err == nil {
		return strconv.FormatUint(n, 10)
	}
	if name = strings.ToLower(name); uuidPattern.MatchString(name) {
		return name
	}
	return ""
}

// load reads one schema. Of several with one fingerprint the first is kept.
func (a *Avro) load(file string) (*avroSchema, error) {
	text, err := readSchema(file)
	if err != nil {
		return nil, fmt.Errorf("reading the Avro schema: %w", err)
	}
	s, err := parseAvroSchema(text)
	if err != nil {
		return nil, fmt.Errorf("parsing the Avro schema %s: %w", file, err)
	}
	s.name = filepath.Base(file)
	fmt.Fprintf(a.sum, "%s %d\n%s", s.name, len(text), text)
	if a.byFingerprint[s.fingerprint] == nil {
		a.byFingerprint[s.fingerprint] = s
	}
	return s, nil
}

func readSchema(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close() // it was only read
	text, err := io.ReadAll(io.LimitReader(f, maxSchema+1))
	if err == nil && len(text) > maxSchema {
		err = errLongSchema
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return text, nil
}

func (a *Avro) layer(_, id string) (layer, error) {
	s := a.one
	if s == nil {
		s = a.byID[id] // none of a bare message, which has no ID
	}
	if s == nil {
		return layer{}, fmt.Errorf("no %s.avsc in %s", id, a.path)
	}
	return layer{name: "avro", peel: s.peel}, nil
}

// String names the path, and the start of a SHA-256 of the names and the bytes of
// all that was read.
func (a *Avro) String() string {
	return fmt.Sprintf("avro %s sha256:%x", a.path, a.sum.Sum(nil)[:8])
}
