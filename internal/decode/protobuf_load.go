package decode

import (
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

// maxDescriptors bounds a file that describes messages.
const maxDescriptors = 16 << 20

// LoadProtobuf reads a message type from a .proto file, or else from a set of
// descriptors that protoc wrote with --include_imports. The type goes by its full
// name, or by its last part where that is unique; "" is the only one outside of
// others in the file, or in the files of a set that no other imports.
func LoadProtobuf(file, message string) (*Protobuf, error) {
	sources := sources{}
	data, err := sources.read(file, file)
	if err != nil {
		return nil, fmt.Errorf("reading a schema: %w", err)
	}
	var set *descriptorpb.FileDescriptorSet
	if filepath.Ext(file) == ".proto" {
		set, err = compileProto(file, sources)
	} else {
		set, err = readSet(file, data)
	}
	if err != nil {
		return nil, err
	}
	files, err := link(set)
	if err != nil {
		return nil, fmt.Errorf("reading the descriptors in %s: %w", file, err)
	}
	md, err := choose(files, set, message)
	if err != nil {
		return nil, fmt.Errorf("%s %w", file, err)
	}
	return &Protobuf{file: file, sum: sources.sum(file), message: md, types: dynamicpb.NewTypes(files)}, nil
}

// sources are the files that were read, by the name that imports give them.
type sources map[string][]byte

func (s sources) read(name, path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxDescriptors+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxDescriptors {
		return nil, fmt.Errorf("%s: more than %d MiB, our limit", path, maxDescriptors>>20)
	}
	s[name] = data
	return data, nil
}

// sum is that of the first file, and of the others behind it.
func (s sources) sum(first string) (sum [32]byte) {
	h := sha256.New()
	h.Write(s[first])
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if name != first {
			h.Write(s[name])
		}
	}
	h.Sum(sum[:0])
	return sum
}

func readSet(file string, data []byte) (*descriptorpb.FileDescriptorSet, error) {
	set := new(descriptorpb.FileDescriptorSet)
	if err := proto.Unmarshal(data, set); err != nil || len(set.File) == 0 {
		return nil, fmt.Errorf("%s is no set of descriptors, such as protoc writes with --include_imports --descriptor_set_out; and a source file is named .proto", file)
	}
	given := map[string]bool{}
	for _, f := range set.File {
		given[f.GetName()] = true
	}
	for _, f := range set.File {
		for _, path := range f.Dependency {
			if !given[path] && standard(path) == nil {
				return nil, fmt.Errorf("%s lacks %s, which %s imports: make it with protoc --include_imports", file, path, f.GetName())
			}
		}
	}
	return set, nil
}

// standard returns a file that comes with protoc, or nil.
func standard(path string) protoreflect.FileDescriptor {
	if fd, err := protoregistry.GlobalFiles.FindFileByPath(path); err == nil && isStandard(path) {
		return fd
	}
	return nil
}

func isStandard(path string) bool { return strings.HasPrefix(path, "google/protobuf/") }

// link makes descriptors of a set. The standard files are there too, whether it
// imports them or not, and ours stand for its own: protojson relies on them.
func link(set *descriptorpb.FileDescriptorSet) (*protoregistry.Files, error) {
	whole, given := new(descriptorpb.FileDescriptorSet), map[string]bool{}
	protoregistry.GlobalFiles.RangeFiles(func(fd protoreflect.FileDescriptor) bool {
		if isStandard(fd.Path()) {
			whole.File = append(whole.File, protodesc.ToFileDescriptorProto(fd))
			given[fd.Path()] = true
		}
		return true
	})
	for _, f := range set.File {
		if !given[f.GetName()] { // sets may be put together, and then hold a file twice
			whole.File = append(whole.File, f)
			given[f.GetName()] = true
		}
	}
	return protodesc.NewFiles(whole)
}

// choose finds the message type that a name means.
func choose(files *protoregistry.Files, set *descriptorpb.FileDescriptorSet, name string) (protoreflect.MessageDescriptor, error) {
	if d, err := files.FindDescriptorByName(protoreflect.FullName(name)); err == nil {
		if md, ok := d.(protoreflect.MessageDescriptor); ok && !md.IsMapEntry() {
			return md, nil
		}
	}
	outer, all, err := declared(files, set)
	if err != nil {
		return nil, err
	}
	var found []protoreflect.MessageDescriptor
	switch {
	case name == "":
		found = outer
	default:
		for _, md := range all {
			if string(md.Name()) == name {
				found = append(found, md)
			}
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case name == "":
		return nil, fmt.Errorf("holds %s: name one of them", listed(all))
	case len(found) > 1:
		return nil, fmt.Errorf("holds more than one message %s: %s", name, listed(found))
	default:
		return nil, fmt.Errorf("holds no message %q, but %s", name, listed(all))
	}
}

// declared returns the message types in the files that no other of the set
// imports: those outside of others, and all of them.
func declared(files *protoregistry.Files, set *descriptorpb.FileDescriptorSet) (outer, all []protoreflect.MessageDescriptor, err error) {
	imported := map[string]bool{}
	for _, f := range set.File {
		for _, path := range f.Dependency {
			imported[path] = true
		}
	}
	for _, f := range set.File {
		if imported[f.GetName()] {
			continue
		}
		fd, err := files.FindFileByPath(f.GetName())
		if err != nil {
			return nil, nil, err
		}
		for i := range fd.Messages().Len() {
			outer = append(outer, fd.Messages().Get(i))
		}
		all = append(all, allMessages(fd.Messages())...)
	}
	all = slices.DeleteFunc(all, protoreflect.MessageDescriptor.IsMapEntry)
	return outer, all, nil
}

// maxListed is how many names an error lists.
const maxListed = 20

func listed(messages []protoreflect.MessageDescriptor) string {
	if len(messages) == 0 {
		return "no messages"
	}
	var names []string
	for _, md := range messages[:min(len(messages), maxListed)] {
		names = append(names, string(md.FullName()))
	}
	if more := len(messages) - len(names); more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), more)
	}
	return strings.Join(names, ", ")
}
