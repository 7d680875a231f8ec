package decode

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

var errNotFound = errors.New("it is neither beside the file that was named nor in a directory above")

// compileProto compiles a .proto file, and notes in sources what it reads.
func compileProto(file string, sources sources) (*descriptorpb.FileDescriptorSet, error) {
	var reading sync.Mutex // files are compiled at the same time
	compiler := protocompile.Compiler{
		Resolver: protocompile.ResolverFunc(func(path string) (protocompile.SearchResult, error) {
			if fd := standard(path); fd != nil {
				return protocompile.SearchResult{Desc: fd}, nil
			}
			reading.Lock()
			defer reading.Unlock()
			data, err := sources.find(file, path)
			return protocompile.SearchResult{Source: bytes.NewReader(data)}, err
		}),
	}
	linked, err := compiler.Compile(context.Background(), file)
	if err != nil {
		if strings.Contains(err.Error(), "edition value") {
			err = fmt.Errorf("%w; let protoc compile it: --include_imports --descriptor_set_out=FILE", err)
		}
		return nil, fmt.Errorf("compiling %w", err)
	}
	set, given := new(descriptorpb.FileDescriptorSet), map[string]bool{}
	addFile(set, given, linked[0])
	return set, nil
}

// find reads the file that was named, or one that is imported: beside it, or in
// the nearest directory above that has it.
func (s sources) find(file, path string) ([]byte, error) {
	if path == file {
		return s[file], nil
	}
	dir, err := filepath.Abs(filepath.Dir(file))
	for err == nil {
		var data []byte
		if data, err = s.read(path, filepath.Join(dir, path)); err == nil {
			return data, nil
		}
		if parent := filepath.Dir(dir); errors.Is(err, fs.ErrNotExist) && parent != dir {
			dir, err = parent, nil
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNotFound
	}
	return nil, err
}

// addFile adds a file to a set, behind those that it imports.
func addFile(set *descriptorpb.FileDescriptorSet, given map[string]bool, fd protoreflect.FileDescriptor) {
	if given[fd.Path()] {
		return
	}
	given[fd.Path()] = true
	for i := range fd.Imports().Len() {
		addFile(set, given, fd.Imports().Get(i).FileDescriptor)
	}
	set.File = append(set.File, protodesc.ToFileDescriptorProto(fd))
}
