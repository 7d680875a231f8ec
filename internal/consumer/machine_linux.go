package consumer

import (
	"errors"
	"os"
)

// boot is the id of this boot, which no other machine has, and the namespace of
// process ids, which no other container has at the same time.
//
// https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html
// https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
func boot() (facts []string, told bool) {
	id, err1 := os.ReadFile("/proc/sys/kernel/random/boot_id")
	namespace, err2 := os.Readlink("/proc/self/ns/pid")
	return []string{string(id), namespace}, errors.Join(err1, err2) == nil && len(id) > 0
}
