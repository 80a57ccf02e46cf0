import { createMemoryLedger, defineStrategy, runLive } from '@openclaw-trading/bot-engine'
import { connectBroker } from '@openclaw-trading/bot-engine/ctrader'
import { lots, pips } from '@openclaw-trading/trading-model'
import { z } from 'zod'
import type { Place } from './trial.ts'

/** Label of what an entrant opens. */
export const ENTRANT = 'entrant'

/** A bot that wants into gold with every quote of the euro, once it is told to. */
export interface Entrant {
  /** Entries that the rule on the age of the quote has refused, since it was told to. */
  readonly refused: () => number
  /** Other reasons why an entry led to no order. */
  readonly others: readonly string[]
  /** From now on. */
  begin(): void
  close(): Promise<void>
}

/** Starts it with a limit on the age of a quote, in milliseconds of market time; without one nothing holds it back. */
export async function startEntrant(place: Place, maxQuoteAgeMs: number | undefined): Promise<Entrant> {
  const { host, port, credentials } = place
  let isOn = false
  let refused = 0
  const others: string[] = []
  const broker = await connectBroker({
    environment: { host, port, tls: false },
    application: credentials,
    accessToken: credentials.accessToken,
  })
  const strategy = defineStrategy({
    name: ENTRANT,
    params: z.object({}),
    feeds: () => ({
      main: { timeframe: 'm1', history: 0 },
      euro: { timeframe: 'm1', symbol: 'EURUSD', history: 0 },
    }),
    create: ({ instrument }) => ({
      onQuote(quote, ctx) {
        if (isOn && quote.symbolId !== instrument.id)
          ctx.buy({ volume: lots(0.01), stopLoss: { pips: pips(500) } })
      },
    }),
  })
  const live = await runLive(strategy, {
    ...{ params: {}, broker, instrument: 'XAUUSD', label: ENTRANT, sessionId: ENTRANT },
    risk: maxQuoteAgeMs === undefined ? {} : { maxQuoteAgeMs },
    ledger: createMemoryLedger(),
  })
  const blocked = live.events()
  void (async () => {
    for await (const event of blocked) {
      if (event.type !== 'entry-blocked') continue
      const { reason } = event.blocked
      if (/^the last quote is \d+ ms old/.test(reason)) refused += 1
      else others.push(reason)
    }
  })()
  return {
    refused: () => refused,
    others,
    begin() {
      refused = 0
      isOn = true
    },
    async close() {
      isOn = false
      await live.stop()
      await broker.close()
    },
  }
}
