import type { LiveView } from '@openclaw-trading/bot-engine'
import { Heartbeat } from '@openclaw-trading/control-plane/client'
import { lots, money, type PositionId } from '@openclaw-trading/trading-model'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { PULSE_MS, startPulse } from './pulse.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const healthy: LiveView = {
  ...{
    status: 'running',
    entriesEnabled: true,
    balance: money(1000, 2, 'USD'),
    equity: money(1000, 2, 'USD'),
  },
  ...{
    positions: [],
    orders: [],
    pendingEntries: 0,
    unresolved: 0,
    refusedCloses: [],
    unansweredCloses: [],
    unsettled: [],
    locks: [],
    lateQuotes: 0,
  },
  ...{ marketAt: undefined, quote: undefined, lastQuoteAgeMs: undefined, formingBar: undefined },
}

/** What a bot says each second while its run stands as told. */
function pulses(views: readonly LiveView[]): readonly Heartbeat[] {
  const told: Heartbeat[] = []
  let at = 0
  const stop = startPulse({
    ...{ ref: { botId: 'S03', accountType: 'demo' }, sessionId: 's7', epoch: 1, paramsVersion: 1 },
    live: { view: () => views[Math.min(at++, views.length - 1)] ?? healthy },
    onPulse: heartbeat => void told.push(Heartbeat.parse(heartbeat)),
    post: () => Promise.resolve(),
    onError: () => {},
  })
  vi.advanceTimersByTime(PULSE_MS * (views.length - 1))
  stop()
  return told
}

const refused = (id: number) => ({
  ...{ positionId: id as PositionId, volume: lots(0.1), refusals: 2, reason: 'MARKET_CLOSED' },
})

it('tells what the run is not sure of and which positions do not close, until that is over', () => {
  const doubt = 'the quotes of XAUUSD have stopped'
  const [first, second] = pulses([{ ...healthy, doubt, refusedCloses: [refused(7)] }, healthy])
  expect(first).toMatchObject({ doubt, refusedCloses: [{ positionId: 7, volume: 0.1, refusals: 2 }] })
  expect(second).toMatchObject({ doubt: null, refusedCloses: [] })
})

it('tells which closes the broker has not answered, a hundred of them', () => {
  const unansweredCloses = Array.from({ length: 101 }, (_, i) => ({
    positionId: (i + 1) as PositionId,
    volume: lots(0.1),
  }))
  const [first, second] = pulses([{ ...healthy, unansweredCloses }, healthy])
  expect(first?.unansweredCloses).toHaveLength(100)
  expect(first?.unansweredCloses[0]).toEqual({ positionId: 1, volume: 0.1 })
  expect(second?.unansweredCloses).toEqual([])
})

it('stays small: a hundred positions and 500 characters of a reason', () => {
  const doubt = 'x'.repeat(600)
  const refusedCloses = Array.from({ length: 101 }, (_, i) => ({ ...refused(i + 1), reason: doubt }))
  const [first] = pulses([{ ...healthy, doubt, refusedCloses }])
  expect([first?.doubt?.length, first?.refusedCloses.length]).toEqual([500, 100])
  expect(first?.refusedCloses[0]?.reason).toHaveLength(500)
})
