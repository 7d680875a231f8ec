// Kinspect says what is in an AWS Kinesis stream.
package main

import (
	"os"

	"kinspect/cmd"
)

func main() { os.Exit(cmd.Process()) }
