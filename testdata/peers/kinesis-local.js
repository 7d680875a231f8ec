'use strict'
// Starts kinesis-local; prints "listening PORT", its plain HTTP port (HTTP/1.1,
// and HTTP/2 by prior knowledge); ends with its standard input.

require('./parent.js')
const loopback = require('./loopback.js') // it binds 0.0.0.0 and has no setting for that

const plain = 1 // names for its two servers: loopback.js picks the ports
const tls = 2

Object.assign(process.env, {
  KINESIS_MOCK_PLAIN_PORT: String(plain),
  KINESIS_MOCK_TLS_PORT: String(tls),
  // Looked for in the working directory unless told, and fatal when not there.
  KINESIS_MOCK_CERT_PATH: require.resolve('kinesis-local/server.json'),
  LOAD_DATA_IF_EXISTS: 'false', // else ./data/kinesis-data.json is loaded
  SHARD_LIMIT: '200', // 50 unless told
  LOG_LEVEL: 'ERROR',
  // Every change of state takes 500ms unless told.
  CREATE_STREAM_DURATION: '50ms',
  DELETE_STREAM_DURATION: '50ms',
  SPLIT_SHARD_DURATION: '50ms',
  MERGE_SHARDS_DURATION: '50ms',
  UPDATE_SHARD_COUNT_DURATION: '50ms',
})

loopback((asked, port) => {
  if (asked === plain) console.log(`listening ${port}`)
})
require('kinesis-local')
