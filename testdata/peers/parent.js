'use strict'
// Ends this process when its standard input ends, which it does when the test
// that started it is gone, however that went: no endpoint outlives its test.

process.stdin.resume().on('end', () => process.exit(0))
