import { readFileSync } from 'node:fs'
import { connect } from '@openclaw-trading/ctrader-client'
import { decodeMeter } from './decode-meter.ts'

// Our client through its public API, all features on: TLS with a verified name, correlation, heartbeat, rate budget.

const onMessage = decodeMeter(Number(process.argv[2]))
const client = await connect({
  environment: {
    host: 'localhost',
    port: Number(process.env['BENCH_PORT']),
    ca: readFileSync(process.env['BENCH_CA_FILE'] ?? '', 'utf8'),
  },
  application: { clientId: 'bench', clientSecret: 'bench' },
})
await client.request('accountAuth', { ctidTraderAccountId: 1, accessToken: 'bench' })
client.on('spot', spot => onMessage(spot.ask ?? 0))
await client.request('subscribeSpots', {
  ctidTraderAccountId: 1,
  symbolId: [41],
  subscribeToSpotTimestamp: true,
})
