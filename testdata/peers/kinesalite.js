'use strict'
// Starts kinesalite; prints "listening PORT"; ends with its standard input.
// By its API, since its command line has no host and listens on all interfaces.

require('./parent.js')
const kinesalite = require('kinesalite')

const server = kinesalite({
  createStreamMs: 10,
  updateStreamMs: 10,
  deleteStreamMs: 10,
  shardLimit: 200, // 10 unless told
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
