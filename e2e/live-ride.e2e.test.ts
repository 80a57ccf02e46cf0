import { setTimeout as pause } from 'node:timers/promises'
import { createMemoryLedger, defineStrategy, runLive, type Trade } from '@openclaw-trading/bot-engine'
import { connectBroker } from '@openclaw-trading/bot-engine/ctrader'
import { connect, tlsTransport } from '@openclaw-trading/ctrader-client'
import { type Simulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId, pips, type UnixMs } from '@openclaw-trading/trading-model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { TcpProxy } from './tcp-proxy.ts'

let venue: Simulator
beforeAll(async () => {
  venue = await startSimulator({ mode: { type: 'live-clock', speed: 120 }, seed: 11 })
})
afterAll(async () => {
  await venue.close()
})

/** Buys the least volume once, with a stop near enough to be hit, and looks on. */
const buyOnce = defineStrategy({
  name: 'buy-once',
  params: z.object({}),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create: ({ instrument }) => {
    let bought = false
    return {
      onQuote(_quote, ctx) {
        if (!bought) ctx.buy({ volume: instrument.minVolume, stopLoss: { pips: pips(8) } })
        bought = true
      },
    }
  },
})

/** Runs the bot through `via`; `trades` are those it records. */
async function bot(
  via: { readonly host: string; readonly port: number },
  label: string,
  closedSince?: UnixMs,
) {
  const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
  const broker = await connectBroker({
    environment: 'demo',
    application: { clientId, clientSecret },
    accessToken,
    accountId: ctidTraderAccountId,
    transport: tlsTransport({ host: via.host, port: via.port, ca: venue.ca ?? '' }),
    reconnect: { initialMs: 50, maxMs: 200 },
  })
  const trades: Trade[] = []
  const live = await runLive(buyOnce, {
    params: {},
    broker,
    instrument: 'XAUUSD',
    label,
    sessionId: label.slice(0, 20),
    risk: {},
    ledger: createMemoryLedger(),
    observer: { onTrade: trade => trades.push(trade) },
    ...(closedSince === undefined ? {} : { closedSince }),
  })
  return { broker, live, trades }
}

/** What another client of the account sees. */
async function witness() {
  const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
  const client = await connect({
    environment: 'demo',
    application: { clientId, clientSecret },
    transport: tlsTransport({ host: venue.host, port: venue.port, ca: venue.ca ?? '' }),
  })
  const account = await client.authorize(accountId(ctidTraderAccountId), accessToken)
  const gold = await account.instrument('XAUUSD')
  // The venue's clock runs while somebody watches.
  await account.subscribe([gold.id])
  const open = async (label: string) =>
    (await account.snapshot()).positions.find(position => position.label === label)
  const closingOf = async (id: number) => {
    const to = (venue.now() + 60_000) as UnixMs
    const from = (venue.now() - 86_400_000) as UnixMs
    for await (const deal of account.history.deals({ from, to }))
      if (deal.positionId === id && deal.closing !== undefined) return deal
    return undefined
  }
  return { client, open, closingOf }
}

async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await pause(100)
  }
}

describe('a live run over a network that fails', () => {
  it('keeps running, and records what its stop closed during the cut, once and with the right money', async () => {
    const proxy = await TcpProxy.listen(venue)
    const other = await witness()
    const { broker, live, trades } = await bot(proxy, 'ride')
    const [held] = await until(() => (live.view().positions.length > 0 ? live.view().positions : undefined))
    proxy.faults.reachable = false
    proxy.cut()
    await until(() => (live.status === 'exits-only' ? true : undefined))
    expect(live.view().entriesEnabled).toBe(false)
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
    const other = await witness()
    const first = await bot(venue, 'down')
    const [held] = await until(() =>
      first.live.view().positions.length > 0 ? first.live.view().positions : undefined,
    )
    const seenAt = first.live.view().marketAt ?? (0 as UnixMs)
    await first.live.stop()
    await first.broker.close()
    await until(async () => ((await other.open('down')) === undefined ? true : undefined))
    const second = await bot(venue, 'down', seenAt)
    const trade = await until(() => second.trades.find(({ positionId }) => positionId === held?.id))
    const deal = await other.closingOf(held?.id ?? 0)
    expect(trade).toMatchObject({ exitPrice: deal?.price, balance: deal?.closing?.balance })
    expect(second.trades.filter(({ positionId }) => positionId === held?.id)).toHaveLength(1)
    await second.live.stop({ positions: 'close' })
    await second.broker.close()
    await other.client.close()
  })
})
