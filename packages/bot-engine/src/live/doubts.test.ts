import type { ClientOrderId, DealId, Order, OrderId, Position, UnixMs } from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it } from 'vitest'
import { buyAt, held, ManualBroker, sessions, start, turn, usd } from '../../test/manual-broker.ts'
import type { IntentLedger } from '../ports/intent-ledger.ts'
import { createMemoryLedger } from './memory-ledger.ts'

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

/** A broker whose records the test writes, and which is told anew when it is asked for that. */
class RecordingBroker extends ManualBroker {
  arrived = false
  looks = 0
  readonly renewed: string[] = []
  stale: (reason: string, linkClosed: boolean) => void = () => undefined
  readonly onStale = (listener: (reason: string, linkClosed: boolean) => void): void => {
    this.stale = listener
  }
  readonly hasOrder = async (): Promise<boolean> => {
    this.looks += 1
    return this.arrived
  }
  readonly pastClosings = async () => []
  override submit(...[command, options]: Parameters<ManualBroker['submit']>) {
    const outcome = super.submit(command, options)
    if (command.type === 'cancel') this.submitted.pop()?.answer({ type: 'accepted' })
    return outcome
  }
  readonly renew = (what: 'account' | 'link'): void => {
    this.renewed.push(what)
    this.stale('given up', what === 'link')
    queueMicrotask(() => this.resync())
  }
  resync(positions: readonly Position[] = this.positions): void {
    const snapshot = { at: 3000 as UnixMs, balance: usd(1_000_000), leverage: 100, positions, orders: [] }
    this.emit({ type: 'resynced', at: 3000 as UnixMs, snapshot })
  }
}

/** A run whose entry has had no answer on a link that lives; `later` lets the next wait of the run pass. */
async function withSilentEntry(broker = new RecordingBroker()) {
  const waits: { readonly ms: number; readonly end: () => void }[] = []
  const clock = {
    now: () => 5000 as UnixMs,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>(end => {
        waits.push({ ms, end })
        signal?.addEventListener('abort', () => end(), { once: true })
      }),
  }
  const resolved: string[] = []
  const ledger: IntentLedger = {
    ...createMemoryLedger(),
    resolve: async (id, { type }) => void resolved.push(`${id} ${type}`),
  }
  const told: string[] = []
  const session = await start(
    {
      ...buyAt(1000),
      onExecution: event => void (event.type === 'order-rejected' && told.push(event.reason)),
    },
    broker,
    { clock, ledger },
  )
  broker.quote(1000)
  await turn()
  broker.submitted[0]?.answer({ type: 'unknown', cause: new Error('request-timeout') })
  await turn()
  const later = async (): Promise<number | undefined> => {
    const wait = waits.shift()
    wait?.end()
    await turn()
    return wait?.ms
  }
  return { broker, session, resolved, told, later }
}

const order: Order = {
  id: 90 as OrderId,
  clientOrderId: 's1.1' as ClientOrderId,
  positionId: held.id,
  symbolId: held.symbolId,
  status: 'accepted',
  side: 'buy',
  volume: held.volume,
  filledVolume: 0 as Order['filledVolume'],
  closing: false,
  label: held.label as string,
}

describe('an entry without an answer on a link that lives', () => {
  it('blocks entries and is looked for; nothing is sent again', async () => {
    const { broker, session } = await withSilentEntry()
    expect([session.status, session.view().entriesEnabled]).toEqual(['exits-only', false])
    expect([broker.looks, broker.submitted.length]).toEqual([1, 1])
  })

  it('is known again by an event that comes late', async () => {
    const { broker, session, resolved } = await withSilentEntry()
    broker.emit({ type: 'order-accepted', at: 1500 as UnixMs, order })
    await turn()
    expect([session.status, resolved.at(-1), broker.renewed]).toEqual(['running', 's1.1 accepted', []])
  })

  it('is known again by a refusal that comes late', async () => {
    const { broker, session, resolved } = await withSilentEntry()
    const refusal = { type: 'order-rejected', at: 1500 as UnixMs, reason: 'MARKET_CLOSED' } as const
    broker.emit({ ...refusal, clientOrderId: 's1.1' as ClientOrderId })
    await turn()
    expect([session.status, session.view().pendingEntries]).toEqual(['running', 0])
    expect(resolved.at(-1)).toBe('s1.1 rejected')
  })

  it('is known again by a fill that comes late, and the run has its position', async () => {
    const { broker, session, resolved } = await withSilentEntry()
    const { id: positionId, side, volume, entryPrice: price, commission } = held
    const fill = {
      ...{ dealId: 1 as DealId, orderId: order.id, positionId, at: 1500 as UnixMs },
      ...{ side, volume, price, commission },
    }
    const filled = { ...order, status: 'filled' } as const
    const event = { type: 'order-filled', at: 1500 as UnixMs, order: filled, fill, position: held } as const
    broker.emit({ ...event, partial: false })
    await turn()
    expect([session.status, resolved.at(-1), broker.submitted.length]).toEqual([
      'running',
      's1.1 accepted',
      1,
    ])
    expect(session.view()).toMatchObject({ pendingEntries: 0, positions: [{ id: held.id }] })
  })

  it('is known again by a late refusal also where the broker tells nothing anew', async () => {
    const broker = new ManualBroker()
    const session = await start(buyAt(1000), broker)
    broker.quote(1000)
    await turn()
    broker.submitted[0]?.answer({ type: 'unknown', cause: new Error('request-timeout') })
    await turn()
    expect(session.status).toBe('exits-only')
    const clientOrderId = 's1.1' as ClientOrderId
    broker.emit({ type: 'order-rejected', at: 1500 as UnixMs, reason: 'MARKET_CLOSED', clientOrderId })
    await turn()
    expect([session.status, session.view().pendingEntries, broker.submitted.length]).toEqual([
      'running',
      0,
      1,
    ])
  })

  it('found in the records has the account told anew first, so that the book has its position', async () => {
    const { broker, session, resolved, told, later } = await withSilentEntry()
    broker.arrived = true
    broker.positions = [held]
    expect(session.view().positions).toEqual([])
    await later()
    expect(broker.renewed).toEqual(['account'])
    expect([session.status, session.view().pendingEntries, resolved.at(-1), told]).toEqual([
      'running',
      0,
      's1.1 accepted',
      [],
    ])
    expect(session.view().positions).toMatchObject([{ id: held.id }])
    expect(broker.submitted).toHaveLength(1)
  })

  it('found only after the account was told anew has it told once more: the book does not have it yet', async () => {
    const { broker, session, resolved, later } = await withSilentEntry()
    broker.stale('the account is authorised anew', false)
    broker.resync()
    await turn()
    broker.arrived = true
    broker.positions = [held]
    await later()
    expect(broker.renewed).toEqual(['account'])
    expect([session.status, resolved.at(-1)]).toEqual(['running', 's1.1 accepted'])
    expect(session.view().positions).toMatchObject([{ id: held.id }])
  })

  it('found nowhere has its link closed, and is absent after two more looks five seconds apart', async () => {
    const { broker, session, resolved, told, later } = await withSilentEntry()
    expect(await later()).toBe(5000)
    expect([broker.renewed, session.status]).toEqual([['link'], 'exits-only'])
    expect(await later()).toBe(5000)
    expect(session.status).toBe('exits-only')
    expect(await later()).toBe(5000)
    expect([session.status, session.view().entriesEnabled, session.view().pendingEntries]).toEqual([
      'running',
      true,
      0,
    ])
    expect([resolved.at(-1), told]).toEqual(['s1.1 absent', ['absent: the broker has no trace of it']])
    expect([broker.submitted.length, broker.renewed]).toEqual([1, ['link']])
  })

  it('is never called absent by a broker that cannot look for it, and no link is closed for it', async () => {
    class BlindBroker extends RecordingBroker {
      override readonly hasOrder = undefined as never
    }
    const { broker, session, resolved, later } = await withSilentEntry(new BlindBroker())
    broker.stale('the connection is lost', true)
    broker.resync()
    for (let look = 0; look < 6; look++) await later()
    expect([session.status, resolved, broker.renewed]).toEqual(['exits-only', ['s1.1 unknown'], []])
  })

  it('that acts after its link was closed is not called absent', async () => {
    const { broker, session, resolved, later } = await withSilentEntry()
    await later()
    await later()
    broker.arrived = true
    broker.positions = [held]
    broker.emit({ type: 'order-accepted', at: 3500 as UnixMs, order })
    await later()
    expect([session.status, resolved.at(-1)]).toEqual(['running', 's1.1 accepted'])
  })

  it('counts no look that a loss has interrupted, nor a login anew as a closed link', async () => {
    const { broker, session, later } = await withSilentEntry()
    broker.stale('the account is authorised anew', false)
    broker.resync()
    await turn()
    await later()
    expect(broker.renewed).toEqual([])
    await later()
    expect([broker.renewed, session.status]).toEqual([['link'], 'exits-only'])
  })
})
