//go:build unix

package term

import (
	"os"

	"golang.org/x/sys/unix"
)

// deserted asks a pipe what a write to it would tell.
func deserted(pipe *os.File) bool {
	asked := []unix.PollFd{{Fd: int32(pipe.Fd())}}
	n, err := unix.Poll(asked, 0)
	return err == nil && n > 0 && asked[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0
}
