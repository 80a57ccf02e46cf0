import { CTraderConnection } from '@reiryoku/ctrader-layer'
import { ACCOUNT_ID } from './wire.ts'

/** @reiryoku/ctrader-layer, as its README shows it. It takes the certificate from NODE_EXTRA_CA_CERTS. */
export async function connectCtraderLayer(): Promise<CTraderConnection> {
  const connection = new CTraderConnection({ host: 'localhost', port: Number(process.env['BENCH_PORT']) })
  await connection.open()
  await connection.sendCommand('ProtoOAApplicationAuthReq', { clientId: 'bench', clientSecret: 'bench' })
  await connection.sendCommand('ProtoOAAccountAuthReq', {
    accessToken: 'bench',
    ctidTraderAccountId: ACCOUNT_ID,
  })
  return connection
}
