import { setTimeout as pause } from 'node:timers/promises'
import { createMemoryLedger, defineStrategy, runLive, type Trade } from '@openclaw-trading/bot-engine'
import { connectBroker } from '@openclaw-trading/bot-engine/ctrader'
import { connect, tlsTransport } from '@openclaw-trading/ctrader-client'
import type { LiveSimulator as Simulator } from '@openclaw-trading/ctrader-simulator'
import { accountId, pips, type UnixMs } from '@openclaw-trading/trading-model'
import { z } from 'zod'

/** Buys the least volume once, with a stop near enough to be hit, and looks on. */
export const buyOnce = defineStrategy({
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
export async function bot(
  venue: Simulator,
  via: { readonly host: string; readonly port: number },
  label: string,
  changes: { readonly closedSince?: UnixMs; readonly requestTimeoutMs?: number } = {},
) {
  const { closedSince, requestTimeoutMs } = changes
  const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
  const broker = await connectBroker({
    environment: 'demo',
    application: { clientId, clientSecret },
    accessToken,
    accountId: ctidTraderAccountId,
    transport: tlsTransport({ host: via.host, port: via.port, ca: venue.ca ?? '' }),
    reconnect: { initialMs: 50, maxMs: 200 },
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
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
export async function witness(venue: Simulator) {
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

/** Waits until there is something. */
export async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await pause(100)
  }
}
