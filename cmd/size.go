package cmd

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"

	"github.com/spf13/pflag"

	"kinspect/internal/reader"
)

// memory is the value of --memory, in bytes.
type memory int64

// bindMemory is the flag of the commands that read shards.
func bindMemory(f *pflag.FlagSet, m *memory) {
	*m = reader.MemoryDefault
	f.Var(m, "memory", "let all pages in flight take so much memory together, a `size` such as 64MiB, 1GiB, 500MB")
}

// Set reads a size that holds a page at the least.
func (m *memory) Set(text string) error {
	size, err := parseSize(text)
	if err != nil {
		return err
	}
	if size < reader.MemoryMin {
		return fmt.Errorf("the least is %s, what one page may take", formatSize(reader.MemoryMin))
	}
	*m = memory(size)
	return nil
}

// Type names the value in pflag's messages.
func (m *memory) Type() string { return "size" }

func (m *memory) String() string { return formatSize(int64(*m)) }

var sizePattern = regexp.MustCompile(`^(\d+)([KMG]i?B)$`)

var sizeUnits = map[string]int64{
	"KB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
}

var errSize = errors.New("a size is 64MiB, 1GiB or 500MB")

// parseSize reads whole bytes of a unit, which must be there: is 64 of bytes, or
// of megabytes?
func parseSize(text string) (bytes int64, err error) {
	parts := sizePattern.FindStringSubmatch(text)
	if parts == nil {
		return 0, errSize
	}
	n, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || n > math.MaxInt64/sizeUnits[parts[2]] {
		return 0, errSize
	}
	return n * sizeUnits[parts[2]], nil
}

// formatSize writes a size in the largest binary unit that leaves no rest, or in MB.
func formatSize(bytes int64) string {
	for _, unit := range []string{"GiB", "MiB"} {
		if bytes%sizeUnits[unit] == 0 {
			return fmt.Sprint(bytes/sizeUnits[unit], unit)
		}
	}
	return fmt.Sprint(bytes/sizeUnits["MB"], "MB")
}
