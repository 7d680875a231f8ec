'use strict'
// Starts dynalite, a DynamoDB in memory; prints "listening PORT"; ends with its standard
// input. By its API, as kinesalite.js, whose server has the same shape.

require('./parent.js')
const dynalite = require('dynalite')

const server = dynalite({ createTableMs: 0, deleteTableMs: 0 })
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
