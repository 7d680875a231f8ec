//go:build unix

package term

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// deserted waits so long for the last reader of a pipe to leave, and tells whether
// it did. It asks for no event: POLLERR (Linux) and POLLHUP (BSD, macOS) come unasked.
//
// https://man7.org/linux/man-pages/man2/poll.2.html
func deserted(pipe *os.File, within time.Duration) bool {
	asked := []unix.PollFd{{Fd: int32(pipe.Fd())}}
	n, err := unix.Poll(asked, int(within.Milliseconds()))
	return err == nil && n > 0 && asked[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0
}
