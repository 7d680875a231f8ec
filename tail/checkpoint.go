package tail

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/stream"
)

// checkpointKind is the first key of the file, and its version.
const checkpointKind = "tail checkpoint 1"

// Checkpoint is the file of --resume: where a tail has come in each shard.
type Checkpoint struct {
	Kind string `json:"kinspect"`
	// Stream is its ARN, or its name where only the description would tell the ARN; of
	// a capture, which has none, "capture" and its name.
	Stream string `json:"stream"`
	// CreatedAt is absent where the description was denied.
	CreatedAt *record.Timestamp `json:"streamCreatedAt,omitempty"`
	// Filters are the flags that chose records: what they refused before the
	// positions is not looked at again.
	Filters []string `json:"filters"`
	// From is the arrival time before which nothing is printed.
	From *record.Timestamp `json:"from,omitempty"`
	// Descendants tells that only the shards named, and those that come from them,
	// are read.
	Descendants bool   `json:"descendants,omitempty"`
	Shards      []Mark `json:"shards"`
}

// BadCheckpoint is a file that tail cannot go on from.
type BadCheckpoint struct {
	Path string
	Err  error
}

func (e *BadCheckpoint) Error() string { return fmt.Sprintf("resuming from %s: %v", e.Path, e.Err) }
func (e *BadCheckpoint) Unwrap() error { return e.Err }

// ReadCheckpoint reads the file, or returns nil if there is none yet. It also
// makes sure that the file can be replaced.
func ReadCheckpoint(path string) (*Checkpoint, error) {
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, replaceable(path)
	case err != nil:
		return nil, fmt.Errorf("reading the checkpoint: %w", err)
	}
	c, err := parseCheckpoint(text)
	if err != nil {
		return nil, &BadCheckpoint{path, fmt.Errorf("not a checkpoint: %w", err)}
	}
	return c, replaceable(path)
}

// replaceable tries to make the file that will take the place, and takes away those
// that kills have left half made.
func replaceable(path string) error {
	f, err := besides(path)
	if err != nil {
		return unwritten(path, err)
	}
	err = errors.Join(f.Close(), os.Remove(f.Name()))
	left, _ := os.ReadDir(filepath.Dir(path))
	for _, entry := range left {
		info, gone := entry.Info()
		if gone == nil && strings.HasPrefix(entry.Name(), halfMade(path)) && time.Since(info.ModTime()) > halfMadeMax {
			_ = os.Remove(filepath.Join(filepath.Dir(path), entry.Name()))
		}
	}
	return err
}

// halfMadeMax is how long no save takes: what is younger may be another run's.
const halfMadeMax = time.Hour

func halfMade(path string) string { return "." + filepath.Base(path) + ".kinspect-" }

// besides makes a file that can be renamed to the path.
func besides(path string) (*os.File, error) {
	return os.CreateTemp(filepath.Dir(path), halfMade(path)+"*")
}

func unwritten(path string, err error) error {
	return fmt.Errorf("writing the checkpoint %s: %w", path, err)
}

func parseCheckpoint(text []byte) (*Checkpoint, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var c Checkpoint
	if err := d.Decode(&c); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("more follows behind it")
	}
	return &c, c.check()
}

// check refuses what no tail has written.
func (c *Checkpoint) check() error {
	switch {
	case c.Kind != checkpointKind:
		return fmt.Errorf("its kind is %q", c.Kind)
	case c.Stream == "" || c.CreatedAt != nil && c.CreatedAt.IsZero():
		return errors.New("it names no stream")
	case len(c.Shards) == 0:
		return errors.New("it names no shard")
	}
	seen := map[string]bool{}
	for _, m := range c.Shards {
		if m.ShardID == "" || seen[m.ShardID] {
			return fmt.Errorf("shard %q is named twice, or not at all", m.ShardID)
		}
		seen[m.ShardID] = true
		if err := m.check(); err != nil {
			return fmt.Errorf("%s: %w", m.ShardID, err)
		}
	}
	return nil
}

// fits returns why a run cannot go on from the checkpoint.
func (c *Checkpoint) fits(described stream.Summary, listed shard.Lineage, filters []string, until time.Time) error {
	if name := nameOf(described); !sameName(c.Stream, name) {
		return fmt.Errorf("it is of the stream %s, and this is %s", c.Stream, name)
	}
	if err := c.sameStream(described, listed); err != nil {
		return err
	}
	if !slices.Equal(c.Filters, filters) {
		return fmt.Errorf("it was made with %s, and this is %s", spelled(c.Filters), spelled(filters))
	}
	return c.reaches(until)
}

// reaches returns why a window ends before one that was read.
func (c *Checkpoint) reaches(until time.Time) error {
	for _, m := range c.Shards {
		if m.PrintedUntil != nil && !until.IsZero() && until.Before(m.PrintedUntil.Time) {
			return fmt.Errorf("it was read until %s, and --until is before that", m.PrintedUntil.Words())
		}
	}
	return nil
}

func spelled(filters []string) string {
	if len(filters) == 0 {
		return "no filter"
	}
	return fmt.Sprintf("%q", filters)
}

// write replaces the file at once or not at all, also when the machine stops.
func (c *Checkpoint) write(path string) error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	f, err := besides(path)
	if err != nil {
		return err
	}
	_, err = f.Write(append(text, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
