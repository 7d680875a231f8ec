package decode

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

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

// Damaged or not, what the fast reader of gzip gives is what the standard library's does.
func TestGzipReadersAgree(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	read := 0
	for range 4_000 {
		data := []byte(zipped(kilobyte()[draw.IntN(900):]) + strings.Repeat(zipped("more"), draw.IntN(2)))
		switch draw.IntN(4) {
		case 0:
			data = data[:draw.IntN(len(data))]
		case 1:
			data[draw.IntN(len(data))] ^= 1 << draw.IntN(8)
		case 2:
			data[draw.IntN(20)] ^= 1 << draw.IntN(8)
		}
		_, err := gunzipTwice(data, 500+draw.IntN(2_000))
		if errors.Is(err, errUnlike) {
			t.Fatalf("%q: %v", data, err)
		}
		if err == nil {
			read++
		}
	}
	if read < 400 || read > 3_000 {
		t.Errorf("%d of 4000 read: the test shows little", read)
	}
}
