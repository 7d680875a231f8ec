'use strict'
// A Kinesis client that we did not write, for tests: node client.js ENDPOINT [1.1|2]
//
// Commands come on standard input, a JSON object a line, and are carried out in
// order; each is answered by one line, {"answer": …} or {"error": {name, message}}.
//
//   {"create": {stream, shards}}           null, once the stream is ACTIVE
//   {"put": {stream, records}}             [{shardId, sequenceNumber}], in the records' order
//   {"read": {stream}}                     every record, shard by shard
//   {"split": {stream, shard, hashKey?}}   the two children, in the middle unless told
//   {"merge": {stream, shard, adjacent}}   the child
//   {"shards": {stream}}                   every shard that is listed
//   {"subscribe": {stream, consumer, shard, records}}  what a consumer of its own was pushed
//   {"aggregate": {records}}               KPL-aggregated records, ready to put
//   {"deaggregate": {records}}             the user records in KPL-aggregated ones
//
// A record is {partitionKey, explicitHashKey?, data | dataBase64}.

const readline = require('node:readline')
const { KinesisClient } = require('@aws-sdk/client-kinesis')
const { NodeHttpHandler } = require('@smithy/node-http-handler')
const { aggregate, deaggregate } = require('./aggregate.js')
const { put } = require('./put.js')
const { read } = require('./read.js')
const { create, split, merge, shards } = require('./stream.js')
const { subscribe } = require('./subscribe.js')

const commands = { create, put, read, split, merge, shards, subscribe, aggregate, deaggregate }
const [endpoint, httpVersion = '1.1'] = process.argv.slice(2)
const client = new KinesisClient({
  endpoint,
  region: 'us-east-1', // kinesis-local keeps a region's streams apart from the others'
  credentials: { accessKeyId: 'peer', secretAccessKey: 'peer' },
  maxAttempts: 5,
  retryMode: 'standard',
  requestHandler: requestHandler(httpVersion),
})

// The SDK's own choice for Kinesis is HTTP/2, by prior knowledge when the
// endpoint is plain http. kinesalite speaks HTTP/1.1 alone.
function requestHandler(version) {
  const requestTimeout = 30_000 // ms
  return version === '2' ? { requestTimeout } : new NodeHttpHandler({ requestTimeout })
}

async function answer(line) {
  try {
    const [[name, args]] = Object.entries(JSON.parse(line))
    if (!Object.hasOwn(commands, name)) throw new Error(`there is no command ${name}`)
    return { answer: (await commands[name](args, client)) ?? null }
  } catch ({ name, message }) {
    // kinesalite's messages can repeat every record of the call.
    return { error: { name, message: message.slice(0, 1000) } }
  }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await answer(line)) + '\n')
  }
  client.destroy()
}

main()
