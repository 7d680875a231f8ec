//go:build unix

package term

import (
	"os"

	"golang.org/x/sys/unix"
)

// deserted tells whether the last reader of a pipe has left. It asks for no event: POLLERR (Linux) and POLLHUP (BSD, macOS) come unasked.
//
// https://man7.org/linux/man-pages/man2/poll.2.html
func deserted(pipe *os.File) bool {
	asked := []unix.PollFd{{Fd: int32(pipe.Fd())}}
	n, err := unix.Poll(asked, 0)
	return err == nil && n > 0 && asked[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0
}
