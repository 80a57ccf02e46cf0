import { readFileSync } from 'node:fs'
import { type ConnectOptions, connect, type CTraderClient } from '@openclaw-trading/ctrader-client'
import { ACCOUNT_ID } from './wire.ts'

/** Our client through its public API, all features on: TLS with a verified name, correlation, heartbeat, rate budget. */
export async function connectOurs(options: Pick<ConnectOptions, 'budget'> = {}): Promise<CTraderClient> {
  const client = await connect({
    environment: {
      host: 'localhost',
      port: Number(process.env['BENCH_PORT']),
      ca: readFileSync(process.env['BENCH_CA_FILE'] ?? '', 'utf8'),
    },
    application: { clientId: 'bench', clientSecret: 'bench' },
    ...options,
  })
  await client.request('accountAuth', { ctidTraderAccountId: ACCOUNT_ID, accessToken: 'bench' })
  return client
}

/** Asks for the quotes of gold; the bench venues start then. */
export async function subscribe(client: CTraderClient): Promise<void> {
  await client.request('subscribeSpots', {
    ctidTraderAccountId: ACCOUNT_ID,
    symbolId: [41],
    subscribeToSpotTimestamp: true,
  })
}

/** A market order to buy 0.01 lots of gold. */
export const ORDER = {
  ctidTraderAccountId: ACCOUNT_ID,
  symbolId: 41,
  orderType: 1,
  tradeSide: 1,
  volume: 100,
}
