'use strict'
// A stream and its shards: create, split, merge, list.

const { setTimeout: sleep } = require('node:timers/promises')
const {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  ListShardsCommand,
  MergeShardsCommand,
  SplitShardCommand,
} = require('@aws-sdk/client-kinesis')

const pollMillis = 60 // under 20 calls a second, which is what AWS takes
const waitMillisMax = 60_000

exports.create = async function ({ stream, shards }, client) {
  await client.send(new CreateStreamCommand({ StreamName: stream, ShardCount: shards }))
  await active(stream, client)
}

exports.split = async function ({ stream, shard, hashKey }, client) {
  const NewStartingHashKey = hashKey ?? middle(await open(stream, shard, client))
  const input = { StreamName: stream, ShardToSplit: shard, NewStartingHashKey }
  await client.send(new SplitShardCommand(input))
  return children(stream, shard, 2, client)
}

exports.merge = async function ({ stream, shard, adjacent }, client) {
  const input = { StreamName: stream, ShardToMerge: shard, AdjacentShardToMerge: adjacent }
  await client.send(new MergeShardsCommand(input))
  const [child] = await children(stream, shard, 1, client)
  return child
}

exports.shards = ({ stream }, client) => list(stream, client)

async function list(StreamName, client) {
  const shards = []
  let input = { StreamName }
  while (input) {
    const { Shards, NextToken } = await client.send(new ListShardsCommand(input))
    shards.push(...Shards.map(flat))
    input = NextToken && { NextToken } // alone: AWS refuses a name beside it
  }
  return shards
}

function flat(shard) {
  return {
    shardId: shard.ShardId,
    parentShardId: shard.ParentShardId,
    adjacentParentShardId: shard.AdjacentParentShardId,
    startingHashKey: shard.HashKeyRange.StartingHashKey,
    endingHashKey: shard.HashKeyRange.EndingHashKey,
    startingSequenceNumber: shard.SequenceNumberRange.StartingSequenceNumber,
    endingSequenceNumber: shard.SequenceNumberRange.EndingSequenceNumber,
  }
}

// open finds an open shard. kinesalite would split a closed one, too, and have
// its hash keys twice.
async function open(stream, shardId, client) {
  const shard = (await list(stream, client)).find((shard) => shard.shardId === shardId)
  if (!shard) throw new Error(`stream ${stream} has no shard ${shardId}`)
  if (shard.endingSequenceNumber) throw new Error(`shard ${shardId} is closed`)
  return shard
}

// middle counts from the range that is listed: kinesis-local cuts 2^k shards one
// hash key lower than AWS does.
function middle({ startingHashKey, endingHashKey }) {
  const [start, end] = [BigInt(startingHashKey), BigInt(endingHashKey)]
  return String(start + (end - start + 1n) / 2n)
}

// active waits until the stream is ACTIVE.
function active(StreamName, client) {
  return until(`stream ${StreamName} is ACTIVE`, async () => {
    const output = await client.send(new DescribeStreamSummaryCommand({ StreamName }))
    return output.StreamDescriptionSummary.StreamStatus === 'ACTIVE'
  })
}

// children waits until the stream is ACTIVE again and lists the shard's children.
async function children(stream, parent, count, client) {
  await active(stream, client)
  return until(`shard ${parent} has ${count} children`, async () => {
    const shards = await list(stream, client)
    const found = shards.filter((shard) => shard.parentShardId === parent)
    return found.length === count && found
  })
}

async function until(what, test) {
  for (const end = Date.now() + waitMillisMax; Date.now() < end; await sleep(pollMillis)) {
    const result = await test()
    if (result) return result
  }
  throw new Error(`waited ${waitMillisMax} ms in vain: ${what}`)
}
