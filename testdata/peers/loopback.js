'use strict'
// Every TCP server of this process listens on 127.0.0.1 and on a port that the
// kernel picks: nothing is open to the network, and tests that run side by side
// cannot want the same port. The port asked for is then only the server's name:
// onListening(asked, port) says which one got which port.

const net = require('node:net')

module.exports = function loopback(onListening) {
  const listen = net.Server.prototype.listen
  net.Server.prototype.listen = function (...args) {
    const asked = Number(args[0]?.port ?? args[0])
    const callback = args.findLast((arg) => typeof arg === 'function')
    this.once('listening', () => onListening(asked, this.address().port))
    return listen.call(this, { port: 0, host: '127.0.0.1' }, callback)
  }
}
