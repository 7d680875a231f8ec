'use strict'
// Every record of a stream, shard by shard, from its trim horizon.

const { GetRecordsCommand, GetShardIteratorCommand } = require('@aws-sdk/client-kinesis')
const { shards } = require('./stream.js')

exports.read = async function ({ stream }, client) {
  const records = []
  for (const { shardId } of await shards({ stream }, client)) {
    records.push(...(await readShard(stream, shardId, client)))
  }
  return records
}

// readShard ends at the first empty page: nobody puts meanwhile, and neither
// endpoint gives one before the tip.
async function readShard(StreamName, ShardId, client) {
  const start = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }
  let { ShardIterator } = await client.send(new GetShardIteratorCommand(start))
  const records = []
  while (ShardIterator) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator }))
    if (page.Records.length === 0) break
    records.push(...page.Records.map(flat))
    ShardIterator = page.NextShardIterator
  }
  return records
}

exports.flat = flat

function flat({ Data, PartitionKey }) {
  return { partitionKey: PartitionKey, dataBase64: Buffer.from(Data).toString('base64') }
}
