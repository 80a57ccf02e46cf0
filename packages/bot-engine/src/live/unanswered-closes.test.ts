import {
  type ClientOrderId,
  clientOrderId,
  type ExecutionEvent,
  lots,
  money,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it } from 'vitest'
import { held, ManualBroker, sessions, start, turn } from '../../test/manual-broker.ts'
import type { DecisionRecord } from '../kernel/order-entry.ts'
import type { IntentLedger } from '../ports/intent-ledger.ts'
import { createMemoryLedger } from './memory-ledger.ts'
import type { RunEvent } from './run-event.ts'
import { MAX_UNANSWERED_CLOSES, UnansweredCloses } from './unanswered-closes.ts'

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

const record = (seq: number): DecisionRecord => ({
  id: clientOrderId(`s1.${seq}`),
  at: 1000 as UnixMs,
  command: { type: 'close', positionId: held.id, volume: lots(0.05) },
  equity: money(0, 2, 'USD'),
})
const refusal = (
  changes: { readonly id?: ClientOrderId; readonly volume?: number } = {},
): ExecutionEvent => ({
  ...{ type: 'order-rejected', at: 2000 as UnixMs, reason: 'MARKET_CLOSED' },
  refused: { type: 'close', positionId: held.id, ...{ ...changes, volume: lots(changes.volume ?? 0.05) } },
})

describe('a close without an answer in time', () => {
  it('that is refused late is told as refused, once, and nothing is sent again for it', async () => {
    const broker = new ManualBroker()
    broker.positions = [held]
    const resolved: string[] = []
    const ledger: IntentLedger = {
      ...createMemoryLedger(),
      resolve: async (id, { type }) => void resolved.push(`${id} ${type}`),
    }
    const events: RunEvent[] = []
    const handlers = {
      onQuote: ({ at }: { at: number }, ctx: { close(): unknown }) => void (at === 1000 && ctx.close()),
    }
    const observer = { onEvent: (event: RunEvent) => void events.push(event) }
    const session = await start(handlers, broker, { ledger, observer })
    broker.quote(1000)
    broker.submitted[0]?.answer({ type: 'unknown', cause: new Error('request-timeout') })
    await turn()
    expect(session.view().refusedCloses).toEqual([])
    const late = refusal({ id: clientOrderId('s1.1'), volume: held.volume })
    for (const event of [late, late]) broker.emit(event)
    await turn()
    expect(session.view().refusedCloses).toMatchObject([
      { positionId: 7, refusals: 1, reason: 'MARKET_CLOSED' },
    ])
    expect(resolved).toEqual(['s1.1 unknown', 's1.1 rejected'])
    expect(events.filter(({ type }) => type === 'close-refused')).toHaveLength(1)
    expect(broker.submitted).toHaveLength(1)
    expect(session.view().positions).toMatchObject([{ id: held.id }])
  })
})

describe('closes without an answer', () => {
  it('are told apart by the name of the request, and by position and volume where the broker tells none', () => {
    const closes = new UnansweredCloses()
    for (const seq of [1, 2, 3]) closes.add(record(seq), held.volume)
    const refusedBy = (event: ExecutionEvent) => closes.refusedBy(event)?.record.id
    expect(refusedBy(refusal({ id: clientOrderId('s1.9') }))).toBeUndefined()
    expect(refusedBy(refusal({ volume: 0.04 }))).toBeUndefined()
    expect(refusedBy(refusal({ id: clientOrderId('s1.2') }))).toBe('s1.2')
    expect(refusedBy(refusal({ id: clientOrderId('s1.2') }))).toBeUndefined()
    expect([refusedBy(refusal()), refusedBy(refusal()), refusedBy(refusal())]).toEqual([
      's1.1',
      's1.3',
      undefined,
    ])
  })

  it(`are kept up to ${MAX_UNANSWERED_CLOSES}, the last`, () => {
    const closes = new UnansweredCloses()
    for (let seq = 1; seq <= MAX_UNANSWERED_CLOSES + 1; seq++) closes.add(record(seq), held.volume)
    expect(closes.refusedBy(refusal({ id: clientOrderId('s1.1') }))).toBeUndefined()
    expect(closes.refusedBy(refusal({ id: clientOrderId('s1.2') }))).toBeDefined()
  })
})
