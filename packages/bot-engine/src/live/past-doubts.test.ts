import {
  type ClientOrderId,
  lots,
  type OrderId,
  pips,
  type Position,
  type SymbolId,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it } from 'vitest'
import { held, ManualBroker, sessions, start, turn, usd } from '../../test/manual-broker.ts'
import type { IntentLedger, OpenIntent } from '../ports/intent-ledger.ts'
import { MAX_PAST_ENTRIES } from './doubts.ts'
import { createMemoryLedger } from './memory-ledger.ts'

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

const SENT_AT = 2_000_000

/** A broker whose records the test writes. */
class RecordingBroker extends ManualBroker {
  readonly arrived = new Set<ClientOrderId>()
  readonly asked: { readonly id: ClientOrderId; readonly since: number }[] = []
  readonly renewed: string[] = []
  stale: (reason: string, linkClosed: boolean) => void = () => undefined
  readonly onStale = (listener: (reason: string, linkClosed: boolean) => void): void => {
    this.stale = listener
  }
  readonly hasOrder = async (id: ClientOrderId, since: UnixMs): Promise<boolean> => {
    this.asked.push({ id, since })
    return this.arrived.has(id)
  }
  readonly pastClosings = async () => []
  readonly renew = (what: 'account' | 'link'): void => {
    this.renewed.push(what)
    this.stale('given up', what === 'link')
    queueMicrotask(() => this.resync())
  }
  override submit(...args: Parameters<ManualBroker['submit']>) {
    const outcome = super.submit(...args)
    this.submitted.at(-1)?.answer({ type: 'accepted' })
    return outcome
  }
  resync(positions: readonly Position[] = this.positions): void {
    const at = 2_010_000 as UnixMs
    this.emit({
      type: 'resynced',
      at,
      snapshot: { at, balance: usd(1_000_000), leverage: 100, positions, orders: [] },
    })
  }
}

function sent(id: string, at = SENT_AT): OpenIntent {
  const request = {
    type: 'market',
    symbolId: 41 as SymbolId,
    side: 'buy',
    volume: lots(0.1),
    stopLoss: { pips: pips(100) },
    clientOrderId: id as ClientOrderId,
  } as const
  return { id: id as ClientOrderId, at: at as UnixMs, command: { type: 'place', request } }
}

/** A run that begins after one that was killed with entries on their way; `later` lets its next wait pass. */
async function afterKill(open: readonly OpenIntent[], broker: ManualBroker) {
  const waits: { readonly ms: number; readonly end: () => void }[] = []
  const clock = {
    now: () => 5000 as UnixMs,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>(end => {
        const over = () => {
          signal?.removeEventListener('abort', over)
          end()
        }
        waits.push({ ms, end: over })
        signal?.addEventListener('abort', over, { once: true })
      }),
  }
  const resolved: string[] = []
  const ledger: IntentLedger = {
    ...createMemoryLedger(),
    unresolved: async () => open,
    resolve: async (id, { type }) => void resolved.push(`${id} ${type}`),
  }
  const told: string[] = []
  const reasons: (string | undefined)[] = []
  const warnings: string[] = []
  const nothing = () => {}
  const session = await start(
    {
      onExecution: (event, ctx) => {
        if (event.type === 'order-rejected') told.push(`${event.clientOrderId} ${event.reason}`)
        if (event.type === 'resynced') told.push(`resynced with ${ctx.positions.length} position(s)`)
      },
    },
    broker,
    {
      clock,
      ledger,
      logger: { debug: nothing, info: nothing, error: nothing, warn: (_, text) => void warnings.push(text) },
      observer: {
        onEvent: event => void (event.type === 'status-changed' && reasons.push(event.reason)),
      },
    },
  )
  const later = async (): Promise<number | undefined> => {
    const wait = waits.shift()
    wait?.end()
    await turn()
    return wait?.ms
  }
  return { session, resolved, told, reasons, warnings, later }
}

describe('an entry whose outcome an earlier session did not learn', () => {
  it('blocks entries, counts as pending, and is not looked for before the time of the market is known', async () => {
    const broker = new RecordingBroker()
    const { session, reasons, later } = await afterKill([sent('s0.1')], broker)
    await later()
    expect([session.status, session.view().entriesEnabled, session.view().pendingEntries]).toEqual([
      'exits-only',
      false,
      1,
    ])
    expect(reasons.at(-1)).toBe('the outcome of s0.1, of an earlier session, is not known')
    expect(broker.asked).toEqual([])
    broker.quote(SENT_AT + 1000)
    await later()
    expect(broker.asked).toEqual([{ id: 's0.1', since: SENT_AT - 60_000 }])
  })

  it('is settled by the first look that finds it; its strategy hears so by the account, told anew', async () => {
    const broker = new RecordingBroker()
    broker.positions = [held]
    broker.arrived.add('s0.1' as ClientOrderId)
    const { session, resolved, told, later } = await afterKill([sent('s0.1')], broker)
    broker.quote(SENT_AT + 1000)
    await later()
    expect([session.status, session.view().entriesEnabled, session.view().pendingEntries]).toEqual([
      'running',
      true,
      0,
    ])
    expect(session.view().positions).toMatchObject([{ id: held.id }])
    expect(resolved).toEqual(['s0.1 accepted'])
    expect([told, broker.renewed]).toEqual([['resynced with 1 position(s)'], ['account']])
  })

  it('is absent once six looks over 50 s have not found it; its strategy hears so, and nothing is sent', async () => {
    const broker = new RecordingBroker()
    const { session, resolved, told, later } = await afterKill([sent('s0.1')], broker)
    broker.quote(SENT_AT + 1000)
    const waits: (number | undefined)[] = []
    for (let look = 0; look < 5; look++) waits.push(await later())
    expect([session.status, resolved]).toEqual(['exits-only', []])
    waits.push(await later())
    expect(waits.slice(1).reduce((sum, ms) => (sum ?? 0) + (ms ?? 0), 0)).toBe(50_000)
    expect([session.status, session.view().entriesEnabled, session.view().pendingEntries]).toEqual([
      'running',
      true,
      0,
    ])
    expect(resolved).toEqual(['s0.1 absent'])
    expect(told).toEqual(['s0.1 absent: the broker has no trace of it'])
    expect([broker.submitted, broker.renewed]).toEqual([[], []])
  })

  it('that acts late is heard of, and not called absent', async () => {
    const broker = new RecordingBroker()
    const { session, resolved, told, later } = await afterKill([sent('s0.1')], broker)
    broker.quote(SENT_AT + 1000)
    for (let look = 0; look < 5; look++) await later()
    const order = {
      id: 90 as OrderId,
      clientOrderId: 's0.1' as ClientOrderId,
      symbolId: held.symbolId,
      status: 'accepted',
      side: 'buy',
      volume: held.volume,
      filledVolume: lots(0),
      closing: false,
      label: held.label as string,
    } as const
    broker.emit({ type: 'order-accepted', at: (SENT_AT + 2000) as UnixMs, order })
    await later()
    expect([session.status, resolved, told]).toEqual(['running', ['s0.1 accepted'], []])
    expect(session.view().pendingEntries).toBe(1)
  })

  it('is looked for anew after a loss', async () => {
    const broker = new RecordingBroker()
    const { session, resolved, later } = await afterKill([sent('s0.1')], broker)
    broker.quote(SENT_AT + 1000)
    for (let look = 0; look < 5; look++) await later()
    broker.stale('the connection is lost', true)
    broker.resync()
    await turn()
    for (let look = 0; look < 5; look++) await later()
    expect([session.status, resolved]).toEqual(['exits-only', []])
    await later()
    expect([session.status, resolved]).toEqual(['running', ['s0.1 absent']])
  })

  it('holds entries back until the last of several is settled', async () => {
    const broker = new RecordingBroker()
    broker.arrived.add('s0.2' as ClientOrderId)
    const { session, resolved, later } = await afterKill([sent('s0.1'), sent('s0.2')], broker)
    broker.quote(SENT_AT + 1000)
    await later()
    expect([session.status, resolved]).toEqual(['exits-only', ['s0.2 accepted']])
    // The account was told anew: what was not found before that counts no more.
    for (let look = 0; look < 6; look++) await later()
    expect([session.status, resolved]).toEqual(['running', ['s0.2 accepted', 's0.1 absent']])
  })

  it('older than a week is never called absent, and is settled all the same when it is found', async () => {
    const broker = new RecordingBroker()
    const { session, resolved, warnings, later } = await afterKill([sent('s0.1')], broker)
    broker.quote(SENT_AT + 8 * 86_400_000)
    for (let look = 0; look < 20; look++) await later()
    expect([session.status, resolved]).toEqual(['exits-only', []])
    expect(warnings).toEqual([expect.stringMatching(/no trace of an entry; .* more than a week old/)])
    broker.arrived.add('s0.1' as ClientOrderId)
    await later()
    expect([session.status, resolved]).toEqual(['running', ['s0.1 accepted']])
  })

  it.each([
    ['absent', ['s0.1 absent'], ['s0.1 absent: the broker has no trace of it']],
    ['filled', ['s0.1 accepted'], []],
  ] as const)(
    'older than a week is what a person saw, %s, once six looks have not found it',
    async (seenAs, outcome, heard) => {
      const broker = new RecordingBroker()
      const { session, resolved, told, reasons, later } = await afterKill(
        [{ ...sent('s0.1'), seenAs }],
        broker,
      )
      broker.quote(SENT_AT + 8 * 86_400_000)
      for (let look = 0; look < 5; look++) await later()
      expect([session.status, resolved]).toEqual(['exits-only', []])
      expect(session.view().doubt).toMatch(`a person saw it as ${seenAs}, the broker is asked first`)
      await later()
      expect([session.status, resolved, told]).toEqual(['running', outcome, heard])
      expect([session.view().pendingEntries, session.view().unsettled, reasons.at(-1)]).toEqual([
        0,
        [],
        undefined,
      ])
    },
  )

  it('has arrived by the records of the broker, whatever a person saw', async () => {
    const broker = new RecordingBroker()
    broker.arrived.add('s0.1' as ClientOrderId)
    const { resolved, later } = await afterKill([{ ...sent('s0.1'), seenAs: 'absent' }], broker)
    broker.quote(SENT_AT + 8 * 86_400_000)
    await later()
    expect(resolved).toEqual(['s0.1 accepted'])
  })

  it('is absent by records that reach back to it, whatever a person saw', async () => {
    const broker = new RecordingBroker()
    const { resolved, later } = await afterKill([{ ...sent('s0.1'), seenAs: 'filled' }], broker)
    broker.quote(SENT_AT + 1000)
    for (let look = 0; look < 6; look++) await later()
    expect(resolved).toEqual(['s0.1 absent'])
  })

  it('is told as left to a person once it is', async () => {
    const broker = new RecordingBroker()
    const { session, later } = await afterKill([sent('s0.1')], broker)
    broker.quote(SENT_AT + 8 * 86_400_000)
    expect(session.view().unsettled).toEqual([{ id: 's0.1', at: SENT_AT, isLeft: false }])
    for (let look = 0; look < 6; look++) await later()
    expect(session.view().unsettled).toEqual([{ id: 's0.1', at: SENT_AT, isLeft: true }])
  })

  it('is looked for among more than 20 when a person saw it, so that the rest becomes few enough', async () => {
    const broker = new RecordingBroker()
    const many = Array.from({ length: MAX_PAST_ENTRIES + 1 }, (_, i) => sent(`s0.${i}`))
    const open = many.map((intent, i) => (i === 3 ? { ...intent, seenAs: 'absent' as const } : intent))
    const { session, resolved, later } = await afterKill(open, broker)
    broker.quote(SENT_AT + 1000)
    for (let look = 0; look < 6; look++) await later()
    expect([session.status, resolved]).toEqual(['exits-only', ['s0.3 absent']])
    expect(session.view().unsettled).toHaveLength(MAX_PAST_ENTRIES)
    expect(session.view().unsettled[0]).toEqual({ id: 's0.0', at: SENT_AT, isLeft: true })
  })

  it('is left to a person by a broker that cannot look for it, and so are more than 20', async () => {
    const blind = await afterKill([sent('s0.1')], new ManualBroker())
    expect(blind.session.status).toBe('exits-only')
    expect(blind.reasons.at(-1)).toMatch(/^1 order\(s\) of earlier sessions have no outcome \(s0\.1\)/)
    const broker = new RecordingBroker()
    const many = Array.from({ length: MAX_PAST_ENTRIES + 1 }, (_, i) => sent(`s0.${i}`))
    const { session, reasons, later } = await afterKill(many, broker)
    broker.quote(SENT_AT + 1000)
    for (let look = 0; look < 8; look++) await later()
    expect([session.status, broker.asked]).toEqual(['exits-only', []])
    expect(reasons.at(-1)).toMatch(/^21 order\(s\) of earlier sessions have no outcome \(s0\.0, s0\.1/)
  })

  it('is not forgotten when the ledger cannot be read: the run closes, and opens nothing', async () => {
    const broker = new RecordingBroker()
    broker.positions = [held]
    const reasons: (string | undefined)[] = []
    const session = await start(
      {
        onQuote: (_quote, ctx) => {
          ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(100) } })
          ctx.close(held.id)
        },
      },
      broker,
      {
        ledger: {
          ...createMemoryLedger(),
          unresolved: () => Promise.reject(new Error('Line 1 of orders.jsonl cannot be read.')),
        },
        observer: {
          onEvent: event => void (event.type === 'status-changed' && reasons.push(event.reason)),
        },
      },
    )
    broker.quote(SENT_AT)
    await turn()
    expect([session.status, reasons.at(-1)]).toEqual([
      'exits-only',
      'the entries of earlier sessions cannot be read: Line 1 of orders.jsonl cannot be read.',
    ])
    expect(broker.submitted.map(({ command }) => command.type)).toEqual(['close'])
  })
})
