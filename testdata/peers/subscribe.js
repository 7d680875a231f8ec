'use strict'
// A shard, read by enhanced fan-out through a consumer of its own.

const { setTimeout: sleep } = require('node:timers/promises')
const {
  DeregisterStreamConsumerCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  ListStreamConsumersCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} = require('@aws-sdk/client-kinesis')
const { flat } = require('./read.js')

const pollMillis = 60 // under 20 calls a second, which is what AWS takes

// subscribe reads a shard from its beginning until it has so many records, or to its end.
exports.subscribe = async function ({ stream, consumer, shard, records }, client) {
  const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName: stream }))
  const { StreamARN } = StreamDescriptionSummary
  const { Consumer } = await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: consumer }))
  const { ConsumerARN } = Consumer
  await active(ConsumerARN, client)
  const { Consumers } = await client.send(new ListStreamConsumersCommand({ StreamARN }))
  const input = { ConsumerARN, ShardId: shard, StartingPosition: { Type: 'TRIM_HORIZON' } }
  const { EventStream } = await client.send(new SubscribeToShardCommand(input))
  const read = { consumers: Consumers.length, records: [] }
  for await (const { SubscribeToShardEvent: event } of EventStream) {
    read.records.push(...event.Records.map(flat))
    read.continuationSequenceNumber = event.ContinuationSequenceNumber
    read.childShards = event.ChildShards?.map((child) => child.ShardId)
    if (read.records.length >= records) break
  }
  await client.send(new DeregisterStreamConsumerCommand({ ConsumerARN }))
  return read
}

async function active(ConsumerARN, client) {
  for (;;) {
    const { ConsumerDescription } = await client.send(new DescribeStreamConsumerCommand({ ConsumerARN }))
    if (ConsumerDescription.ConsumerStatus === 'ACTIVE') return
    await sleep(pollMillis)
  }
}
