import { connectCtraderLayer } from './connect-ctrader-layer.ts'
import { decodeMeter } from './decode-meter.ts'

const onMessage = decodeMeter(Number(process.argv[2]))
const connection = await connectCtraderLayer()
connection.on('ProtoOASpotEvent', (event: unknown) => {
  const { descriptor } = event as { readonly descriptor: { readonly ask: number | string } }
  onMessage(Number(descriptor.ask))
})
await connection.sendCommand('ProtoOASubscribeSpotsReq', { ctidTraderAccountId: 1, symbolId: [41] })
