'use strict'
// PutRecords in batches, until every record is in.

const { setTimeout: sleep } = require('node:timers/promises')
const { PutRecordsCommand } = require('@aws-sdk/client-kinesis')
const { data } = require('./record.js')

// AWS takes 500 records and 10 MiB a call; kinesalite answers 413 to a body over
// 7 MiB, which 5 MiB of data make in base64.
const batchRecordsMax = 400
const batchBytesMax = 4 << 20
const attemptsMax = 40
const pauseMillisMax = 1000

exports.put = async function ({ stream, records }, client) {
  const receipts = []
  for (const batch of batches(records.map(entry))) {
    receipts.push(...(await putBatch(stream, batch, client)))
  }
  return receipts
}

function entry(record) {
  return {
    Data: data(record),
    PartitionKey: record.partitionKey,
    ExplicitHashKey: record.explicitHashKey,
  }
}

function batches(entries) {
  const all = []
  let bytes = Infinity
  for (const entry of entries) {
    const size = entry.Data.length + Buffer.byteLength(entry.PartitionKey)
    if (bytes + size > batchBytesMax || all.at(-1).length === batchRecordsMax) {
      all.push([])
      bytes = 0
    }
    all.at(-1).push(entry)
    bytes += size
  }
  return all
}

// putBatch retries alone the records that a call did not take.
async function putBatch(StreamName, entries, client) {
  const receipts = []
  let pending = [...entries.keys()]
  for (let attempt = 1; pending.length > 0; attempt++) {
    const Records = pending.map((i) => entries[i])
    const output = await client.send(new PutRecordsCommand({ StreamName, Records }))
    output.Records.forEach((result, k) => {
      if (!result.ErrorCode) receipts[pending[k]] = receipt(result)
    })
    pending = pending.filter((_, k) => output.Records[k].ErrorCode)
    if (pending.length > 0) await pause(attempt, pending.length)
  }
  return receipts
}

function receipt({ ShardId, SequenceNumber }) {
  return { shardId: ShardId, sequenceNumber: SequenceNumber }
}

async function pause(attempt, left) {
  if (attempt === attemptsMax) throw new Error(`${left} records were not taken in ${attempt} attempts`)
  await sleep(Math.min(pauseMillisMax, 50 * 2 ** attempt))
}
