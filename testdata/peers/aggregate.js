'use strict'
// KPL aggregation by AWS' own package.

const { RecordAggregator, deaggregateSync } = require('aws-kinesis-agg')
const { data } = require('./record.js')

// aggregate packs user records into as few Kinesis records of at most 1 MiB as
// the package makes. Its key tables are JavaScript objects, whose keys that look
// like integers come first and in order: with partition keys such as "7" and "3"
// it swaps the records' keys. Give keys that start with a letter.
exports.aggregate = async function ({ records }) {
  const aggregated = []
  new RecordAggregator().aggregateRecords(records.map(userRecord), true, (err, record) => {
    if (err) throw err
    if (record) aggregated.push(kinesisRecord(record))
  })
  return aggregated
}

// deaggregate takes aggregated records apart, with their checksums compared. The
// package gives a user record without an explicit hash key the first of the table,
// if there is one.
exports.deaggregate = async function ({ records }) {
  return records.flatMap((record) => {
    const { partitionKey } = record
    const aggregated = { partitionKey, sequenceNumber: '0', data: data(record).toString('base64') }
    let users
    deaggregateSync(aggregated, true, (err, all) => {
      if (err) throw err
      users = all
    })
    return users.map(({ partitionKey, explicitPartitionKey, data }) =>
      ({ partitionKey, explicitHashKey: explicitPartitionKey, dataBase64: data }))
  })
}

function userRecord(record) {
  const { partitionKey, explicitHashKey } = record
  return { partitionKey, explicitHashKey, data: data(record) }
}

function kinesisRecord({ partitionKey, ExplicitHashKey, data }) {
  return { partitionKey, explicitHashKey: ExplicitHashKey, dataBase64: data.toString('base64') }
}
