'use strict'
// KPL aggregation by AWS' own package.

const { RecordAggregator } = require('aws-kinesis-agg')
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

function userRecord(record) {
  const { partitionKey, explicitHashKey } = record
  return { partitionKey, explicitHashKey, data: data(record) }
}

function kinesisRecord({ partitionKey, ExplicitHashKey, data }) {
  return { partitionKey, explicitHashKey: ExplicitHashKey, dataBase64: data.toString('base64') }
}
