import { CTraderConnection } from '@reiryoku/ctrader-layer'
import { decodeMeter } from './decode-meter.ts'

// @reiryoku/ctrader-layer, as its README shows it. It takes the certificate from NODE_EXTRA_CA_CERTS.

const onMessage = decodeMeter(Number(process.argv[2]))
const connection = new CTraderConnection({ host: 'localhost', port: Number(process.env['BENCH_PORT']) })
await connection.open()
await connection.sendCommand('ProtoOAApplicationAuthReq', { clientId: 'bench', clientSecret: 'bench' })
await connection.sendCommand('ProtoOAAccountAuthReq', { accessToken: 'bench', ctidTraderAccountId: 1 })
connection.on('ProtoOASpotEvent', (event: unknown) => {
  const { descriptor } = event as { readonly descriptor: { readonly ask: number | string } }
  onMessage(Number(descriptor.ask))
})
await connection.sendCommand('ProtoOASubscribeSpotsReq', { ctidTraderAccountId: 1, symbolId: [41] })
