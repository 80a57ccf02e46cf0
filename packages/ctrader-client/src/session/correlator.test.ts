import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Clock, SYSTEM_CLOCK } from '../clock.ts'
import { Correlator, MAX_OVERDUE_COMMANDS, MAX_PENDING_REQUESTS, type PendingRequest } from './correlator.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A request that ends at payload type 1. */
function request(kind: 'query' | 'command' = 'query') {
  const seen = { answers: [] as number[], errors: [] as unknown[] }
  const pending: PendingRequest = {
    method: 'version',
    kind,
    onAnswer(payloadType) {
      seen.answers.push(payloadType)
      return payloadType === 1
    },
    onFail: error => seen.errors.push(error),
  }
  return { seen, pending }
}
const nothing = new Uint8Array(0)

describe('Correlator', () => {
  it('gives a request every message with its id until it is over', () => {
    const correlator = new Correlator()
    const { seen, pending } = request()
    correlator.add('a', pending)
    for (const type of [3, 2, 1, 4]) correlator.answer('a', type, nothing)
    expect(seen.answers).toEqual([3, 2, 1])
    expect(correlator.size).toBe(0)
  })

  it('ignores ids that nobody awaits', () => {
    const correlator = new Correlator()
    const { seen, pending } = request()
    correlator.add('a', pending)
    correlator.answer('foreign', 1, nothing)
    expect(seen.answers).toEqual([])
  })

  it('fails a query by timeout as something to ask again, a command as unknown', () => {
    const correlator = new Correlator()
    const query = request('query')
    const command = request('command')
    correlator.add('q', query.pending)
    correlator.limit('q', 100, undefined)
    correlator.add('c', command.pending)
    correlator.limit('c', 100, undefined)
    vi.advanceTimersByTime(100)
    expect(query.seen.errors).toMatchObject([{ code: 'request-timeout', retryable: true }])
    expect(command.seen.errors).toMatchObject([
      { code: 'request-timeout', retryable: false, details: { delivery: 'unknown', timeoutMs: 100 } },
    ])
    correlator.answer('q', 1, nothing)
    expect(query.seen.answers).toEqual([])
  })

  it('fails with the reason of the signal itself', () => {
    const correlator = new Correlator()
    const { seen, pending } = request()
    const abort = new AbortController()
    correlator.add('a', pending)
    correlator.limit('a', 100, abort.signal)
    const reason = new Error('enough')
    abort.abort(reason)
    vi.advanceTimersByTime(1000)
    expect(seen.errors).toEqual([reason])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends each request at its own time with one timer, whatever their order', () => {
    const correlator = new Correlator()
    const ends = new Map<string, number>()
    for (const [id, timeoutMs] of Object.entries({ a: 300, b: 100, c: 200, never: Infinity, d: 100 })) {
      const onFail = (): void => void ends.set(id, performance.now())
      correlator.add(id, { ...request().pending, onFail })
      correlator.limit(id, timeoutMs, undefined)
    }
    correlator.answer('d', 1, nothing)
    const startMs = performance.now()
    expect(vi.getTimerCount()).toBe(1)
    vi.advanceTimersByTime(10_000)
    expect([...ends].map(([id, atMs]) => [id, atMs - startMs])).toEqual([
      ['b', 100],
      ['c', 200],
      ['a', 300],
    ])
    expect([correlator.size, vi.getTimerCount()]).toEqual([1, 0])
  })

  it('limits a request that is made while another times out', () => {
    const correlator = new Correlator()
    const second = request()
    const onFail = (): void => {
      correlator.add('second', second.pending)
      correlator.limit('second', 50, undefined)
    }
    correlator.add('first', { ...request().pending, onFail })
    correlator.limit('first', 100, undefined)
    vi.advanceTimersByTime(149)
    expect(second.seen.errors).toEqual([])
    vi.advanceTimersByTime(1)
    expect(second.seen.errors).toMatchObject([{ code: 'request-timeout' }])
  })

  it('waits in peace for a timeout that is longer than a timer', () => {
    let timers = 0
    const clock: Clock = {
      ...SYSTEM_CLOCK,
      schedule: (...timer) => {
        timers += 1
        return SYSTEM_CLOCK.schedule(...timer)
      },
    }
    const correlator = new Correlator(clock)
    const { seen, pending } = request()
    correlator.add('a', pending)
    correlator.limit('a', 2 ** 31 + 1000, undefined)
    vi.advanceTimersByTime(1000)
    expect([timers, seen.errors]).toEqual([1, []])
    vi.advanceTimersByTime(2 ** 31)
    expect([timers, seen.errors]).toMatchObject([2, [{ code: 'request-timeout' }]])
  })

  it('keeps trading requests that were given up, for a refusal that comes late, once each and on their link alone', () => {
    const correlator = new Correlator()
    const abort = new AbortController()
    for (const id of ['timed', 'aborted', 'lost']) correlator.add(id, request('command').pending)
    correlator.add('query', request().pending)
    for (const id of ['timed', 'query']) correlator.limit(id, 100, undefined)
    correlator.limit('aborted', 1000, abort.signal)
    vi.advanceTimersByTime(100)
    abort.abort()
    const kept = (id: string) => correlator.overdue(id)?.kind
    expect(['timed', 'query', 'lost', 'foreign'].map(kept)).toEqual(['command', ...Array(3)])
    correlator.settleOverdue('timed')
    expect(['timed', 'aborted'].map(kept)).toEqual([undefined, 'command'])
    correlator.failAll(() => new Error('lost'))
    expect(['aborted', 'lost'].map(kept)).toEqual([undefined, undefined])
  })

  it('keeps one that was answered without a word on its outcome, and none that was refused', () => {
    const correlator = new Correlator()
    correlator.add('a', { ...request('command').pending, onAnswer: () => 'in-doubt' })
    correlator.add('b', { ...request('command').pending, onAnswer: () => true })
    for (const id of ['a', 'b']) correlator.answer(id, 50, new Uint8Array())
    expect([correlator.size, correlator.overdue('a')?.kind, correlator.overdue('b')]).toEqual([
      0,
      'command',
      undefined,
    ])
  })

  it(`keeps no more than ${MAX_OVERDUE_COMMANDS} of them, the last`, () => {
    const correlator = new Correlator()
    for (let i = 0; i <= MAX_OVERDUE_COMMANDS; i++) {
      correlator.add(`${i}`, request('command').pending)
      correlator.limit(`${i}`, 100, undefined)
    }
    vi.advanceTimersByTime(100)
    expect(correlator.overdue('0')).toBeUndefined()
    expect(correlator.overdue('1')).toBeDefined()
    expect(correlator.overdue(`${MAX_OVERDUE_COMMANDS}`)).toBeDefined()
  })

  it('limits nothing that was answered before', () => {
    const correlator = new Correlator()
    correlator.add('a', request().pending)
    correlator.answer('a', 1, nothing)
    correlator.limit('a', 100, new AbortController().signal)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('settles everything when the connection ends', () => {
    const correlator = new Correlator()
    const all = [request(), request(), request('command')]
    for (const [i, { pending }] of all.entries()) {
      correlator.add(String(i), pending)
      correlator.limit(String(i), 100, undefined)
    }
    correlator.failAll(({ kind }) => kind)
    expect(all.map(({ seen }) => seen.errors)).toEqual([['query'], ['query'], ['command']])
    expect([correlator.size, vi.getTimerCount()]).toEqual([0, 0])
  })

  it('refuses an id in use, and more requests than may wait', () => {
    const correlator = new Correlator()
    for (let i = 0; i < MAX_PENDING_REQUESTS; i++) correlator.add(String(i), request().pending)
    expect(() => correlator.add('7', request().pending)).toThrow('[invalid-argument]')
    expect(() => correlator.add('one too many', request().pending)).toThrow('[rate-limited]')
  })

  it('tells when the last answer has come, or the time is up', async () => {
    const correlator = new Correlator()
    correlator.add('a', request().pending)
    const drained = correlator.drained(1000)
    correlator.answer('a', 1, nothing)
    await drained
    correlator.add('b', request().pending)
    const late = correlator.drained(1000)
    vi.advanceTimersByTime(1000)
    await late
    expect(correlator.size).toBe(1)
  })
})
