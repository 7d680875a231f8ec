package decode

import "testing"

// A frame of zstd may ask for more memory than we give, with next to nothing in it.
func TestZstdWindow(t *testing.T) {
	// no content size, no checksum; 8 MiB and 128 MiB of window; an empty last block
	for window, want := range map[byte]error{13 << 3: nil, 17 << 3: errWindow} {
		frame := []byte{0x28, 0xB5, 0x2F, 0xFD, 0, window, 1, 0, 0}
		if _, err := unzstd(frame, smallDecoded); err != want {
			t.Errorf("window %#x: %v, not %v", window, err, want)
		}
	}
}
