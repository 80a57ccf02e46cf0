import { backtest, createMemoryLedger, defineStrategy, runLive } from '@openclaw-trading/bot-engine'
import { connectBroker } from '@openclaw-trading/bot-engine/ctrader'
import { SYNTHETIC_XAUUSD, syntheticTicks } from '@openclaw-trading/bot-engine/data'
import { connect } from '@openclaw-trading/ctrader-client'
import { type LiveSimulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId, clientOrderId, lots, pips, type Price, unixMs } from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'

// Some brokers let what an order for at once has not filled go on working. Whoever believes it gone holds more than planned.

const SCRIPT = [{ times: 1, outcome: { fill: [0.4], restStays: true } }] as const

/** Buys at once with a limit far beyond the market, and cancels what is left of it. */
const tidy = (log: string[]) =>
  defineStrategy({
    name: 'tidy',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm1' } }),
    create() {
      let isPlaced = false
      return {
        onQuote(_quote, ctx) {
          if (isPlaced) return
          isPlaced = true
          const limit = 9000 as Price
          ctx.buy({ volume: lots(0.1), limit, timeInForce: { type: 'ioc' }, stopLoss: { pips: pips(5000) } })
        },
        onExecution(event, ctx) {
          const [rest] = ctx.orders
          const held = ctx.positions.map(({ volume }) => volume).join()
          log.push(
            `${event.type}: held ${held}, works ${rest?.filledVolume ?? '-'}, entries ${ctx.pendingEntries}`,
          )
          if (event.type === 'order-filled' && rest !== undefined) ctx.cancel(rest.id)
        },
      }
    },
  })

/** The rest counts as an entry that may still open until its cancel is told; what has filled is held all the while. */
const TIDIED = [
  'order-filled: held 0.04, works 0.04, entries 1',
  'order-cancelled: held 0.04, works -, entries 0',
]
const told = (log: readonly string[]) => log.filter(line => /^order-(filled|cancelled)/.test(line))

let venue: LiveSimulator | undefined
afterEach(() => venue?.close())

const start = async () => {
  venue = await startSimulator({
    mode: { type: 'live-clock', clock: 'manual', market: 'still' },
    tls: false,
    venue: { latencyMs: 0, script: SCRIPT },
  })
  venue.control.quote('XAUUSD', { bid: 2000, ask: 2000.2 })
  return venue
}

describe('[row 21] the rest of an order for at once that stays', () => {
  it('is in the snapshot of the client with what has filled, and can be cancelled', async () => {
    const { host, port, credentials } = await start()
    const { clientId, clientSecret, accessToken, ctidTraderAccountId } = credentials
    const client = await connect({
      environment: { host, port, tls: false },
      application: { clientId, clientSecret },
    })
    try {
      const account = await client.authorize(accountId(ctidTraderAccountId), accessToken)
      const gold = await account.instrument('XAUUSD')
      const id = clientOrderId('rest')
      const request = {
        type: 'limit',
        symbolId: gold.id,
        side: 'buy',
        volume: lots(0.1),
        limitPrice: 9000 as Price,
        timeInForce: { type: 'ioc' },
        clientOrderId: id,
      } as const
      // It never ends, so nobody may take it for done, for refused, or for gone.
      const placed = account.placeOrder(request, { until: 'filled', timeoutMs: 500 })
      await expect(placed).rejects.toMatchObject({
        code: 'request-timeout',
        details: { delivery: 'unknown' },
      })
      const found = await account.findOrder({ clientOrderId: id })
      expect(found).toMatchObject({ order: { status: 'accepted', volume: 0.1, filledVolume: 0.04 } })
      const { orders, positions } = await account.snapshot()
      expect([orders.length, positions.map(({ volume }) => volume)]).toEqual([1, [0.04]])
      if (orders[0] !== undefined) await account.cancelOrder(orders[0].id)
      const after = await account.snapshot()
      expect([after.orders, after.positions.map(({ volume }) => volume)]).toEqual([[], [0.04]])
    } finally {
      await client.close()
    }
  })

  it('is seen and cancelled by a strategy in a backtest', async () => {
    const log: string[] = []
    const startAt = unixMs(Date.UTC(2025, 0, 6, 7))
    await backtest(tidy(log), {
      params: {},
      instrument: SYNTHETIC_XAUUSD,
      account: { currency: 'USD', balance: 10_000, leverage: 100 },
      data: syntheticTicks({
        ...{ seed: 4, instrument: SYNTHETIC_XAUUSD, startAt },
        until: unixMs(startAt + 600_000),
      }),
      venue: { latencyMs: 0, script: SCRIPT },
    })
    expect(told(log)).toEqual(TIDIED)
  })

  it('is seen and cancelled by the same strategy in a live run', async () => {
    const { host, port, credentials } = await start()
    const log: string[] = []
    const broker = await connectBroker({
      environment: { host, port, tls: false },
      application: credentials,
      accessToken: credentials.accessToken,
    })
    const live = await runLive(tidy(log), {
      ...{ params: {}, broker, instrument: 'XAUUSD', label: 'tidy', sessionId: 'tidy', risk: {} },
      ledger: createMemoryLedger(),
    })
    await vi.waitFor(() => expect(told(log)).toEqual(TIDIED), { timeout: 15_000 })
    await live.stop({ positions: 'close' })
    await broker.close()
  })
})
