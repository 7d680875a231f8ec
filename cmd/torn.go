package cmd

import (
	"fmt"
	"os"
)

// mendTorn ends a line that a kill has cut in half at the end of the file that is
// standard output, lest the record that is printed again begin in its middle. It
// does so only where the file can be read through its descriptor.
func (a *app) mendTorn() error {
	out, ok := a.Stdout.(*os.File)
	if !ok {
		return nil
	}
	info, err := out.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return nil
	}
	again, err := os.Open(fmt.Sprintf("/dev/fd/%d", out.Fd()))
	if err != nil {
		return nil
	}
	defer again.Close()
	var last [1]byte
	if _, err := again.ReadAt(last[:], info.Size()-1); err != nil || last[0] == '\n' {
		return nil
	}
	a.notice("the output's last line was cut off; its record is printed again")
	_, err = a.out.Write([]byte{'\n'})
	return err
}
