package cmd

import "testing"

func TestMemoryFlag(t *testing.T) {
	for text, want := range map[string]struct {
		bytes   int64
		spelled string
	}{
		"24MiB": {24 << 20, "24MiB"}, "64MiB": {64 << 20, "64MiB"}, "1GiB": {1 << 30, "1GiB"}, "500MB": {500e6, "500MB"}, "1GB": {1e9, "1000MB"},
		"65536KiB": {64 << 20, "64MiB"}, "70000KB": {70e6, "70MB"}, "1024MiB": {1 << 30, "1GiB"}, "8589934591GiB": {8589934591 << 30, "8589934591GiB"},
	} {
		var m memory
		if err := m.Set(text); err != nil || int64(m) != want.bytes || m.String() != want.spelled {
			t.Errorf("%q is %d, %s, %v", text, m, m.String(), err)
		}
	}
	for _, text := range []string{
		"", "64", "64M", "64mib", "64 MiB", "MiB", "-64MiB", "+64MiB", "1.5GiB", "1e3MB", "64MiBB", "1TiB", "0MiB", "64MiB\n", "٦٤MiB",
		"23MiB", "25MB", "25165823B", // less than a page takes
		"8589934592GiB", "18446744073709551616KB", // more than there is
	} {
		m := memory(7)
		if err := m.Set(text); err == nil || m != 7 {
			t.Errorf("%q is %d, %v", text, m, err)
		}
	}
}
