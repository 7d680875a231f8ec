package cmd

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"kinspect/putrec"
)

// keeper writes what could not be put to a file, or nowhere. Each line is the
// file's as soon as it is handed back: whatever ends us then, it is kept.
type keeper struct {
	file *os.File
	end  string // behind each record: what --file reads again as it was
}

func keep(path, input string, whole bool) (*keeper, error) {
	k := &keeper{end: "\n"}
	if whole {
		k.end = ""
	}
	if path == "" {
		return k, nil
	}
	if sameFile(input, path) {
		return nil, &usageError{err: errors.New("--failed would overwrite the file being put"), hint: "keep what fails in another file"}
	}
	if sizeOf(path) > 0 {
		return nil, &usageError{
			err:  fmt.Errorf("--failed %s holds lines of an earlier run", path),
			hint: "put them first (--file " + path + ", with another --failed), or remove it",
		}
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("keeping what could not be put: %w", err)
	}
	k.file = file
	return k, nil
}

func sameFile(a, b string) bool {
	one, errOne := os.Stat(a)
	other, errOther := os.Stat(b)
	return errOne == nil && errOther == nil && os.SameFile(one, other)
}

// add keeps a line, unless it was too long to be held at all.
func (k *keeper) add(failure putrec.Failure) error {
	if k.file == nil || failure.Data == nil {
		return nil
	}
	_, err := k.file.Write(append(slices.Clip(failure.Data), k.end...))
	return err
}

// Close closes the file, if there is one.
func (k *keeper) Close() error {
	if k.file == nil {
		return nil
	}
	return k.file.Close()
}
