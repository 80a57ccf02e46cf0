import { createMemoryLedger, defineStrategy, runLive } from '@openclaw-trading/bot-engine'
import { connectBroker } from '@openclaw-trading/bot-engine/ctrader'
import { z } from 'zod'
import type { GrantParty } from './grant-party.ts'

/** A live run on the grant of a party. */
export interface Trader {
  /** Whether it would let an entry through now. */
  mayEnter(): boolean
  close(): Promise<void>
}

const idle = defineStrategy({
  name: 'idle',
  params: z.object({}),
  feeds: () => ({ main: { timeframe: 'm1', history: 0 } }),
  create: () => ({ onQuote() {} }),
})

/** Starts a run that takes its token from the source of the first bot, as the bot does. */
export async function startTrader(party: GrantParty): Promise<Trader> {
  const [first] = party.bots
  if (first === undefined) throw new Error('The party has no bot.')
  const { host, port, credentials } = party.venue
  const broker = await connectBroker({
    environment: { host, port, tls: false },
    application: credentials,
    accessToken: party.logsTradersIn
      ? async () => (await party.login()).accessToken.reveal()
      : first.source.token,
    accountId: credentials.ctidTraderAccountId,
  })
  const live = await runLive(idle, {
    ...{ params: {}, broker, instrument: 'XAUUSD', label: 'idle', sessionId: 'idle', risk: {} },
    ledger: createMemoryLedger(),
  })
  return {
    mayEnter: () => live.view().entriesEnabled,
    async close() {
      await live.stop()
      await broker.close()
    },
  }
}
