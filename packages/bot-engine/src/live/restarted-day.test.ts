import { lots, money, type Price, type UnixMs } from '@openclaw-trading/trading-model'
import { afterEach, expect, it } from 'vitest'
import { held, ManualBroker, sessions, start, turn } from '../../test/manual-broker.ts'
import { maxDailyLoss } from '../protections/equity-protections.ts'
import type { RunEvent } from './run-event.ts'
import type { LiveOptions } from './session.ts'

const MINUTE_MS = 60_000

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

/** A broker that tells the bar in the making. */
class FormingBroker extends ManualBroker {
  override async history() {
    const price = 1340 as Price
    const forming = {
      openedAt: 0 as UnixMs,
      closedAt: MINUTE_MS as UnixMs,
      open: price,
      high: price,
      low: price,
    }
    return { closed: [], forming: { ...forming, close: price, volume: 1 } }
  }
}

it.each<[string, Partial<LiveOptions<never>>]>([
  ['the limit of the risk gate', { risk: { maxDailyLoss: money(40_000, 2, 'USD') } }],
  ['the protection', { protections: [maxDailyLoss({ loss: money(40_000, 2, 'USD') })] }],
])('a run that begins with an open gain counts its loss of the day from that: %s', async (_what, options) => {
  const broker = new FormingBroker()
  broker.positions = [held]
  const blocked: string[] = []
  const observer = {
    onEvent: (event: RunEvent) =>
      void (event.type === 'entry-blocked' && blocked.push(JSON.stringify(event))),
  }
  await start(
    { onBar: (_bar, ctx) => void ctx.buy({ volume: lots(0.01) }) },
    broker,
    { ...options, observer },
    1,
  )
  // 10 ounces bought at 1290: the gain of 500 becomes one of 50.
  for (const [row, bid] of [1340, 1340, 1295, 1295].entries()) broker.quote((row + 1) * MINUTE_MS, bid)
  await turn()
  for (const { answer } of broker.submitted) answer({ type: 'accepted' })
  expect(blocked.join()).toMatch(/450\.00 USD were lost today/)
})
