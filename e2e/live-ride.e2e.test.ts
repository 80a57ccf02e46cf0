import { type LiveSimulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import type { UnixMs } from '@openclaw-trading/trading-model'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bot, until, witness } from './live-bot.ts'
import { TcpProxy } from './tcp-proxy.ts'

let venue: LiveSimulator
beforeAll(async () => {
  venue = await startSimulator({ mode: { type: 'live-clock' }, seed: 11 })
})
afterAll(async () => {
  await venue.close()
})

// A market that runs while nobody looks would hit the stop before the position is seen.
beforeEach(() => venue.control.clock.speed(1))
const letTheStopBeHit = (): void => venue.control.clock.speed(120)

describe('a live run over a network that fails', () => {
  it('keeps running, and records what its stop closed during the cut, once and with the right money', async () => {
    const proxy = await TcpProxy.listen(venue)
    const other = await witness(venue)
    const { broker, live, trades } = await bot(venue, proxy, 'ride')
    const [held] = await until(() => (live.view().positions.length > 0 ? live.view().positions : undefined))
    proxy.faults.reachable = false
    proxy.cut()
    await until(() => (live.status === 'exits-only' ? true : undefined))
    expect(live.view().entriesEnabled).toBe(false)
    letTheStopBeHit()
    await until(async () => ((await other.open('ride')) === undefined ? true : undefined))
    expect(trades).toEqual([])
    proxy.faults.reachable = true
    await until(() => (live.status === 'running' ? true : undefined))
    const deal = await other.closingOf(held?.id ?? 0)
    expect(trades).toHaveLength(1)
    expect(trades[0]).toMatchObject({
      positionId: held?.id,
      exitReason: 'stop-loss',
      exitPrice: deal?.price,
      gross: deal?.closing?.gross,
      commission: deal?.closing?.commission,
      swap: deal?.closing?.swap,
      balance: deal?.closing?.balance,
    })
    expect(live.view()).toMatchObject({ positions: [], entriesEnabled: true })
    await live.stop()
    await broker.close()
    await other.client.close()
    await proxy.close()
  })

  it('records at its next start what was closed while it was down', async () => {
    const other = await witness(venue)
    const first = await bot(venue, venue, 'down')
    const [held] = await until(() =>
      first.live.view().positions.length > 0 ? first.live.view().positions : undefined,
    )
    const seenAt = first.live.view().marketAt ?? (0 as UnixMs)
    await first.live.stop()
    await first.broker.close()
    letTheStopBeHit()
    await until(async () => ((await other.open('down')) === undefined ? true : undefined))
    const second = await bot(venue, venue, 'down', { closedSince: seenAt })
    const trade = await until(() => second.trades.find(({ positionId }) => positionId === held?.id))
    const deal = await other.closingOf(held?.id ?? 0)
    expect(trade).toMatchObject({ exitPrice: deal?.price, balance: deal?.closing?.balance })
    expect(second.trades.filter(({ positionId }) => positionId === held?.id)).toHaveLength(1)
    await second.live.stop({ positions: 'close' })
    await second.broker.close()
    await other.client.close()
  })
})
