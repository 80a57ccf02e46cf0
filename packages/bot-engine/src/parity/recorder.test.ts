import { lots, type SymbolId, type UnixMs } from '@openclaw-trading/trading-model'
import { open, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buyAt, held, ManualBroker, start, turn } from '../../test/manual-broker.ts'
import { restless, wildTicks } from '../../test/parity-fixture.ts'
import { MemoryRecording, recordRun } from '../../test/record-session.ts'
import { REPLAY_XAUUSD } from '../data/instruments.ts'
import type { SessionRecorder } from '../live/session-recorder.ts'
import type { Handlers } from '../strategy/define.ts'
import type { RecordingTarget } from '../ports/recording-target.ts'
import { MAX_WAITING_BYTES } from './append-queue.ts'
import { readSession, readSessionFile } from './read-session.ts'
import { createRecordingFile } from './recording-file.ts'
import { createSessionRecorder } from './recorder.ts'
import { parity } from './parity.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claw-recorder-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const data = wildTicks(3, 3000)
const logged: string[] = []
const logger = {
  debug() {},
  info() {},
  warn() {},
  error: (_fields: object, message: string) => void logged.push(message),
}

describe('a recording', () => {
  it('holds every quote in its order, and what the run decided and got', async () => {
    const { bytes, end, trades } = await recordRun({ data, strategy: restless })
    expect(end).toEqual({ reason: 'run-ended', bytes: bytes.length, quotes: 3000 })
    const { quotes, header, ...session } = readSession(bytes)
    expect(quotes.at).toEqual(data.at)
    expect(quotes.bid).toEqual(data.bid)
    expect(quotes.ask).toEqual(data.ask)
    expect(header).toMatchObject({
      strategy: { name: 'restless', params: {} },
      sessionId: 'live-7',
      instrument: REPLAY_XAUUSD,
      snapshot: { balance: { minor: 1_000_000 }, leverage: 100 },
      venue: { latencyMs: 50 },
    })
    expect(session.trades).toHaveLength(trades)
    expect(session.decisions.length).toBeGreaterThan(trades)
    expect(session.ended).toBe('data-ended')
    expect(session.gaps).toEqual([])
  })

  it('lies in a file that only its owner reads, and that is never written over', async () => {
    const path = join(folder, 'one.clawses')
    const { bytes } = await recordRun({
      data,
      strategy: restless,
      recorder: { target: await createRecordingFile(path) },
    })
    expect(bytes.length).toBe(0)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await readSessionFile(path)).quotes.length).toBe(3000)
    await expect(createRecordingFile(path)).rejects.toThrow(/invalid-options.*is there already/)
    await expect(createRecordingFile(join(folder, 'none', 'one'))).rejects.toThrow(/not-writable.*ENOENT/)
    await expect(readSessionFile(join(folder, 'none'))).rejects.toThrow(/data-missing.*ENOENT/)
  })

  it('knows the hash of the code, and what was decided by a person and when', async () => {
    const target = new MemoryRecording()
    const broker = new ManualBroker()
    const recorder = createSessionRecorder({ target, codeHash: 'abc' })
    const session = await start({}, broker, { recorder })
    broker.quote(1000)
    session.pause()
    session.pause()
    broker.quote(2000)
    broker.quote(3000)
    session.resume()
    session.setEntryVolume(lots(0.5))
    session.setEntryVolume(lots(0.5))
    await session.stop()
    await recorder.finished
    const { header, words, stopRow, ended, gaps } = readSession(target.bytes)
    expect(header.strategy.codeHash).toBe('abc')
    expect(words).toEqual([
      { row: 1, type: 'entries-paused' },
      { row: 3, type: 'entries-resumed' },
      { row: 3, type: 'entry-volume-changed', volume: 0.5 },
    ])
    expect([stopRow, ended, gaps]).toEqual([3, 'requested', []])
  })

  it('tells of a lost account, of positions taken over, and of quotes that stepped back', async () => {
    const target = new MemoryRecording()
    const broker = new ManualBroker()
    broker.positions = [held, { ...held, label: 'somebody' }]
    const stale: ((reason: string, linkClosed: boolean) => void)[] = []
    Object.assign(broker, { onStale: (listener: (typeof stale)[number]) => void stale.push(listener) })
    const recorder = createSessionRecorder({ target })
    const session = await start({}, broker, { recorder })
    broker.quote(1000)
    stale[0]?.('the connection was lost', true)
    broker.quote(5000)
    broker.quote(4000)
    await session.stop()
    await recorder.finished
    expect(readSession(target.bytes).gaps).toEqual([
      { type: 'lost-quotes', late: 1, unusable: 0 },
      { type: 'taken-over', positions: 1, orders: 0 },
      { type: 'absence', from: 1000, to: 5000, reason: expect.stringContaining('the connection was lost') },
    ])
  })

  it('is written within a second, also while the market is silent', async () => {
    const target = new MemoryRecording()
    let wake = () => {}
    const clock = {
      now: () => 1 as UnixMs,
      sleep: () =>
        new Promise<void>(resolve => {
          wake = resolve
        }),
    }
    const broker = new ManualBroker()
    const recorder = createSessionRecorder({ target, clock })
    await start({}, broker, { recorder })
    broker.quote(1000)
    await turn()
    expect(readSession(target.bytes).quotes.length).toBe(0)
    wake()
    await turn()
    expect(readSession(target.bytes).quotes.length).toBe(1)
    await recorder.close()
  })
})

describe('a recording that ends before its run', () => {
  it('does so at its size, says so, and is compared up to there', async () => {
    logged.length = 0
    const { bytes, end, trades } = await recordRun({
      data,
      strategy: restless,
      recorder: { maxBytes: 65_536, logger },
    })
    expect(end.reason).toBe('size-limit')
    expect(bytes.length).toBeLessThanOrEqual(65_536)
    expect(logged).toEqual(['recording ended before the run'])
    const session = readSession(bytes)
    expect(session.gaps).toEqual([
      { type: 'ended-early', reason: 'size-limit', at: session.quotes.at[session.quotes.length - 1] },
    ])
    expect(session.trades.length).toBeLessThan(trades)
    expect(session.trades.length).toBeGreaterThan(0)
    expect((await parity(session, restless)).score).toBe(1)
  })

  it('does so when the disk is full, and the run trades on', async () => {
    logged.length = 0
    const full = await open('/dev/full', 'a')
    const target: RecordingTarget = { append: bytes => full.appendFile(bytes), close: () => full.close() }
    const { end, trades } = await recordRun({ data, strategy: restless, recorder: { target, logger } })
    expect(end).toMatchObject({ reason: 'write-failed', cause: { code: 'ENOSPC' } })
    expect(logged).toHaveLength(1)
    expect(trades).toBe((await recordRun({ data, strategy: restless })).trades)
  })

  it('does so when the disk does not keep up', async () => {
    let kept = 0
    const stuck: RecordingTarget = {
      append(bytes) {
        kept += bytes.length
        return new Promise(() => {})
      },
      close: async () => {},
    }
    logged.length = 0
    const recorder = createSessionRecorder({ target: stuck, logger })
    await start({}, new ManualBroker(), { recorder })
    const fitting = Math.floor(MAX_WAITING_BYTES / 34)
    const most = MAX_WAITING_BYTES / 32
    for (let i = 0; i < fitting; i++) recorder.quote(REPLAY_XAUUSD.id, 1000 + i, 1, 2, true)
    expect(logged).toEqual([])
    for (let i = fitting; i < most; i++) recorder.quote(REPLAY_XAUUSD.id, 1000 + i, 1, 2, true)
    expect(logged).toEqual(['recording ended before the run'])
    // One append at a time: what waits is not with the target yet.
    expect(kept).toBeLessThan(1000)
  })

  it('does so when the run was given what no file holds', async () => {
    const params = { history: 0, since: new Date(0) }
    const strategy = { ...restless, params: restless.params.loose() }
    const { bytes, end, trades } = await recordRun({ data, strategy, params })
    expect(end.reason).toBe('not-plain')
    expect(String(end.cause)).toContain('since is')
    expect(trades).toBeGreaterThan(0)
    expect(() => readSession(bytes)).toThrow(/data-invalid.*with what the session began/)
  })

  it('does so when whoever made it closes it', async () => {
    const target = new MemoryRecording()
    const broker = new ManualBroker()
    const recorder = createSessionRecorder({ target })
    const session = await start(buyAt(2000), broker, { recorder })
    broker.quote(1000)
    expect(await recorder.close()).toMatchObject({ reason: 'closed', quotes: 1 })
    broker.quote(2000)
    expect(session.view().pendingEntries).toBe(1)
    expect(await recorder.close()).toMatchObject({ reason: 'closed', quotes: 1 })
    expect(target.closed).toBe(1)
    expect(readSession(target.bytes).gaps).toEqual([{ type: 'ended-early', reason: 'closed', at: 1000 }])
  })
})

it('a recorder is of one session, and has room for one', async () => {
  logged.length = 0
  const target = new MemoryRecording()
  const recorder = createSessionRecorder({ target })
  recorder.quote(REPLAY_XAUUSD.id, 500, 1, 2, true)
  const first = await start({}, new ManualBroker(), { recorder })
  await start({}, new ManualBroker(), { recorder, logger })
  expect(logged).toEqual(['session not recorded any more'])
  await first.stop()
  await recorder.finished
  expect(readSession(target.bytes)).toMatchObject({ gaps: [], ended: 'requested', quotes: { length: 0 } })
  expect(() => createSessionRecorder({ target, maxBytes: 65_535 })).toThrow(/invalid-options.*65535/)
  // What is larger nobody reads back.
  expect(() => createSessionRecorder({ target, maxBytes: 2 ** 30 + 1 })).toThrow(
    /invalid-options.*1073741825/,
  )
})

it('a recorder that throws is not called again, and the run goes on', async () => {
  logged.length = 0
  let calls = 0
  const recorder: SessionRecorder = {
    begin() {},
    quote(_symbol: SymbolId) {
      calls += 1
      throw new Error('broken')
    },
    note() {},
  }
  const broker = new ManualBroker()
  const seen: number[] = []
  const handlers: Handlers = { onQuote: ({ at }) => void seen.push(at) }
  await start(handlers, broker, { recorder, logger })
  broker.quote(1000)
  broker.quote(2000)
  expect([calls, seen]).toEqual([1, [1000, 2000]])
  expect(logged).toEqual(['session not recorded any more'])
})

it('reads no more than a file may have', async () => {
  const path = join(folder, 'sparse.clawses')
  const handle = await open(path, 'w')
  await handle.truncate(2 ** 31)
  await handle.close()
  await expect(readSessionFile(path)).rejects.toThrow(/data-invalid.*2147483648 bytes/)
  expect((await readFile(join(folder, 'one.clawses'))).length).toBeGreaterThan(100_000)
})
