import { connectCtraderLayer } from './connect-ctrader-layer.ts'

const order = { ctidTraderAccountId: 1, symbolId: 41, orderType: 1, tradeSide: 1, volume: 100 }
const connection = await connectCtraderLayer()
connection.on('ProtoOASpotEvent', () => {
  // It keeps no answer to an order: the events that carry one go to its listeners.
  void connection.sendCommand('ProtoOANewOrderReq', order)
})
await connection.sendCommand('ProtoOASubscribeSpotsReq', { ctidTraderAccountId: 1, symbolId: [41] })
