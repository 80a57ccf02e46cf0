import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isCTraderError } from '@openclaw-trading/ctrader-client/protocol'
import { createRandom, type Random } from '../random.ts'
import { type Bomb, createBombs } from './bombs.ts'
import type { Codec } from './codec.ts'
import { type CorpusEntry, createCorpus } from './corpus.ts'
import { Examiner } from './examiner.ts'
import { MAX_MUTATED_BYTES, mutate } from './mutation.ts'
import { installStepMeter, type StepMeter } from './step-meter.ts'
import { framed } from './wire-writer.ts'

/** What {@link runHostilePeer} does, and how much of it. */
export interface HostilePeerOptions {
  readonly codec: Codec
  readonly seed: number
  /** Mutated frames. */
  readonly frames: number
  /** Random segmentations of valid streams. */
  readonly segmentations: number
  /** Also the bombs, most of the time of a small run. Default true. */
  readonly bombs?: boolean
  /** Most growth of the memory in use, in bytes. */
  readonly heapLimitBytes: number
}

/** What was done and what broke. */
export interface HostilePeerReport {
  readonly counts: Readonly<Record<string, number>>
  readonly violations: readonly string[]
}

/** A heartbeat: after every hostile frame the stream must go on with it. */
const SENTINEL = Buffer.from([0, 0, 0, 2, 0x08, 51])
const SENTINEL_BODY = SENTINEL.subarray(4)
const MEMORY_EVERY = 100_000
const LARGE_BYTES = 100_000
const STREAMS = 256
const MAX_STREAM_BYTES = 2048

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function memoryInUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Plays a server that is hostile or broken, and reports what the codec should not have done. */
export function runHostilePeer(options: HostilePeerOptions): HostilePeerReport {
  const meter = installStepMeter()
  // Most frames end in an error, and its stack trace costs ten times the decoding.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return new HostilePeer(options, meter).run()
  } finally {
    meter.uninstall()
    Error.stackTraceLimit = stackTraceLimit
  }
}

class HostilePeer {
  readonly #options: HostilePeerOptions
  readonly #meter: StepMeter
  readonly #random: Random
  readonly #corpus: readonly CorpusEntry[]
  readonly #examiner: Examiner
  readonly #prototypeKeys = Object.getOwnPropertyNames(Object.prototype).join()
  readonly #scratch = Buffer.alloc(MAX_MUTATED_BYTES + 64)
  #stream: ReturnType<Codec['createFrameDecoder']>
  #baseline = 0
  #growth = 0
  #framesDone = 0
  #segmentsDone = 0
  #segmentationsDone = 0
  #bombsDone = 0
  #streamsRefused = 0

  constructor(options: HostilePeerOptions, meter: StepMeter) {
    this.#options = options
    this.#meter = meter
    this.#random = createRandom(options.seed)
    this.#corpus = createCorpus(this.#random)
    this.#examiner = new Examiner(options.codec, meter)
    this.#stream = options.codec.createFrameDecoder()
  }

  run(): HostilePeerReport {
    const { frames, segmentations } = this.#options
    // Warm: what the run needs once is no growth.
    for (let i = 0; i < 2000; i++) this.#mutatedFrame()
    collectGarbage()
    this.#baseline = memoryInUse()
    for (let i = 1; i <= frames && !this.#examiner.isFull; i++) {
      this.#mutatedFrame()
      this.#framesDone++
      if (i % MEMORY_EVERY === 0) this.#watchMemory()
    }
    const streams = Array.from({ length: STREAMS }, () => this.#validStream())
    for (let i = 1; i <= segmentations && !this.#examiner.isFull; i++) {
      this.#segmentation(this.#random.pick(streams))
      this.#segmentationsDone++
      if (i % MEMORY_EVERY === 0) this.#watchMemory()
    }
    for (const bomb of this.#options.bombs === false ? [] : createBombs()) {
      if (this.#examiner.isFull) break
      this.#bomb(bomb)
      // The bytes of the bomb itself are ours.
      if (bomb.bytes.length >= LARGE_BYTES) this.#watchMemory(bomb.bytes.length)
    }
    this.#watchMemory()
    return this.#report()
  }

  #report(): HostilePeerReport {
    const { outcomes, spotsCompared, unsafeRefused, violations } = this.#examiner
    return {
      counts: {
        frames: this.#framesDone,
        segmentations: this.#segmentationsDone,
        segments: this.#segmentsDone,
        bombs: this.#bombsDone,
        decoded: outcomes.decoded,
        refused: outcomes.refused,
        unknownTypes: outcomes['unknown-type'],
        streamsRefused: this.#streamsRefused,
        spotsCompared,
        unsafeRefused,
        heapGrowthBytes: this.#growth,
      },
      violations,
    }
  }

  /** A fifth of the frames have a mutated length, the others a right one: they reach the decoders behind it. */
  #mutatedFrame(): void {
    const random = this.#random
    const { frame } = random.pick(this.#corpus)
    const other = random.pick(this.#corpus).frame
    if (random.below(5) === 0) {
      const length = mutate(frame, other, this.#scratch, random)
      return this.#feedAlone(this.#scratch.subarray(0, length))
    }
    const body = frame.subarray(4)
    const view = this.#scratch.subarray(4)
    const length =
      random.below(2) === 0 ? mutatePayload(body, other, view, random) : mutate(body, other, view, random)
    this.#scratch.writeUInt32BE(length, 0)
    this.#feedWithSentinel(this.#scratch, length)
  }

  /** Feeds a frame with a sentinel behind it to the long-lived stream. `bytes` has room for the sentinel. */
  #feedWithSentinel(bytes: Buffer, bodyLength: number): void {
    bytes.set(SENTINEL, 4 + bodyLength)
    const chunk = bytes.subarray(0, 4 + bodyLength + SENTINEL.length)
    this.#examiner.current = chunk
    let bodies = 0
    const isThere = this.#push(this.#stream, chunk, body => {
      bodies++
      if (bodies === 1) {
        if (body.length !== bodyLength)
          this.#examiner.report(`a body of ${body.length} bytes, not ${bodyLength}`)
        this.#examiner.examine(body)
      } else if (bodies > 2 || Buffer.compare(body, SENTINEL_BODY) !== 0)
        this.#examiner.report('the message behind it came out as another')
    })
    if (isThere && bodies === 2) return
    this.#examiner.report('the connection did not live on')
    this.#stream = this.#options.codec.createFrameDecoder()
  }

  /** Feeds bytes whose length prefix may lie to a stream of their own. */
  #feedAlone(bytes: Uint8Array): void {
    this.#examiner.current = bytes
    const decoder = this.#options.codec.createFrameDecoder()
    if (!this.#push(decoder, bytes, body => void this.#examiner.examine(body))) this.#streamsRefused++
  }

  /** Tells whether the decoder took the bytes; a decoder that calls back without end is stopped. */
  #push(
    decoder: ReturnType<Codec['createFrameDecoder']>,
    bytes: Uint8Array,
    onBody: (body: Uint8Array) => void,
  ): boolean {
    let left = bytes.length / 4 + 2
    try {
      decoder.push(bytes, body => {
        if (--left < 0) throw new Error('more bodies than bytes')
        onBody(body)
      })
      return true
    } catch (error) {
      if (!isCTraderError(error, 'protocol-violation')) this.#examiner.report(`threw ${String(error)}`)
      return false
    }
  }

  #validStream(): Buffer {
    const frames: Uint8Array[] = []
    let length = 0
    do {
      const frame = this.#random.below(10) === 0 ? Buffer.alloc(4) : this.#random.pick(this.#corpus).frame
      if (length + frame.length > MAX_STREAM_BYTES) break
      frames.push(frame)
      length += frame.length
    } while (this.#random.below(8) !== 0)
    return Buffer.concat(frames)
  }

  /** Cuts a stream anywhere; each piece lies in memory that is overwritten as soon as it was taken. */
  #segmentation(stream: Buffer): void {
    const random = this.#random
    const decoder = this.#options.codec.createFrameDecoder()
    const most = random.below(16) === 0 ? 3 : 1 + random.below(stream.length + 1)
    let expectedAt = 0
    let at = 0
    this.#examiner.current = stream
    const onBody = (body: Uint8Array): void => {
      const length = expectedAt + 4 <= stream.length ? stream.readUInt32BE(expectedAt) : -1
      const from = expectedAt + 4
      if (length !== body.length || stream.compare(body, 0, length, from, from + length) !== 0)
        this.#examiner.report(
          `another body at byte ${expectedAt} of a stream cut into pieces of up to ${most}`,
        )
      expectedAt = from + body.length
    }
    while (at < stream.length) {
      const to = Math.min(stream.length, at + 1 + random.below(most))
      const piece = this.#scratch.subarray(0, stream.copy(this.#scratch, 0, at, to))
      if (!this.#push(decoder, piece, onBody)) this.#examiner.report('a valid stream was refused')
      piece.fill(0xee)
      this.#segmentsDone++
      at = to
    }
    if (expectedAt !== stream.length)
      this.#examiner.report(`${stream.length - expectedAt} bytes never came out`)
  }

  #bomb({ name, bytes, expects }: Bomb): void {
    this.#bombsDone++
    const isLengthBomb = expects === 'stream-refused' || expects === 'waiting'
    const stream = isLengthBomb ? Buffer.from(bytes) : Buffer.concat([framed(bytes), SENTINEL])
    this.#examiner.current = stream
    const before = process.memoryUsage().arrayBuffers
    const decoder = this.#options.codec.createFrameDecoder()
    const outcomes: string[] = []
    const isTaken = this.#push(decoder, stream, body => void outcomes.push(this.#examiner.examine(body)))
    if (isLengthBomb) this.#note(process.memoryUsage().arrayBuffers - before)
    const outcome = isLengthBomb ? (isTaken ? 'waiting' : 'stream-refused') : outcomes[0]
    if (!isLengthBomb && outcomes.length !== 2)
      this.#examiner.report(`${name}: the connection did not live on`)
    if (expects !== 'any' && outcome !== expects)
      this.#examiner.report(`${name}: expected ${expects}, got ${outcome}`)
  }

  #watchMemory(ours = 0): void {
    // What was handed out last is let go; a second pass, because the first one frees buffers behind our back.
    this.#examiner.current = SENTINEL
    collectGarbage()
    collectGarbage()
    this.#note(memoryInUse() - this.#baseline - ours)
    if (Object.getOwnPropertyNames(Object.prototype).join() !== this.#prototypeKeys)
      this.#examiner.report('Object.prototype has changed')
    if (this.#meter.isExceeded) this.#examiner.report('the reader was stopped')
  }

  #note(growth: number): void {
    if (growth > this.#growth) this.#growth = growth
    const { heapLimitBytes } = this.#options
    if (growth > heapLimitBytes)
      this.#examiner.report(`memory grew by ${growth} bytes, above ${heapLimitBytes}`)
  }
}

/** Mutates the payload alone and keeps a right envelope around it, so that the decoder of its type sees the damage. */
function mutatePayload(body: Uint8Array, other: Uint8Array, into: Uint8Array, random: Random): number {
  // Every corpus body begins `08 <payload type> 12 <length>`, or has no payload.
  const at = body.indexOf(0x12, 2)
  if (at === -1 || at > 6) return mutate(body, other, into, random)
  let length = 0
  let start = at + 1
  for (let shift = 0; ; shift += 7) {
    const byte = body[start++] ?? 0
    length |= (byte & 127) << shift
    if (byte < 128) break
  }
  // Three bytes of length are enough for what a mutation makes; leading zeros of a varint are legal.
  const payloadAt = at + 4
  const mutated = mutate(body.subarray(start, start + length), other, into.subarray(payloadAt), random)
  into.set(body.subarray(0, at + 1))
  into[at + 1] = (mutated & 127) | 128
  into[at + 2] = ((mutated >> 7) & 127) | 128
  into[at + 3] = mutated >> 14
  return payloadAt + mutated
}
