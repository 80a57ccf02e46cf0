import { CTraderConnection } from '@reiryoku/ctrader-layer'

// A trader who uses a client that nobody here wrote: logs in, reads, watches, trades, and prints what it saw as one
// line of JSON. It takes the venue's certificate from NODE_EXTRA_CA_CERTS, and its account from its input.

interface Account {
  readonly port: number
  readonly clientId: string
  readonly clientSecret: string
  readonly accessToken: string
  readonly ctidTraderAccountId: number
}

type Fields = Readonly<Record<string, unknown>>

async function readAccount(): Promise<Account> {
  let text = ''
  for await (const chunk of process.stdin) text += String(chunk)
  return JSON.parse(text) as Account
}

const { port, clientId, clientSecret, accessToken, ctidTraderAccountId } = await readAccount()
const connection = new CTraderConnection({ host: 'localhost', port })
const seen: Record<string, unknown> = {}

const events: { readonly name: string; readonly event: Fields }[] = []
const waiting: (() => void)[] = []
for (const name of ['ProtoOASpotEvent', 'ProtoOAExecutionEvent', 'ProtoOAOrderErrorEvent'])
  connection.on(name, (event: unknown) => {
    events.push({ name, event: (event as { readonly descriptor: Fields }).descriptor })
    for (const wake of waiting.splice(0)) wake()
  })

let read = 0
async function next(name: string, where: (event: Fields) => boolean = () => true): Promise<Fields> {
  for (;;) {
    while (read < events.length) {
      const entry = events[read++]
      if (entry?.name === name && where(entry.event)) return entry.event
      if (entry?.name === 'ProtoOAOrderErrorEvent') throw new Error(JSON.stringify(entry.event))
    }
    await new Promise<void>(resolve => waiting.push(resolve))
  }
}

const ask = async (name: string, fields: Fields = {}): Promise<Fields> =>
  (await connection.sendCommand(`ProtoOA${name}Req`, { ...fields })) as unknown as Fields
const askAccount = (name: string, fields: Fields = {}): Promise<Fields> =>
  ask(name, { ctidTraderAccountId, ...fields })
const isFill = (event: Fields): boolean =>
  event['executionType'] === 3 || event['executionType'] === 'ORDER_FILLED'

await connection.open()
seen['refusedBeforeLogin'] = await askAccount('Trader').catch((error: unknown) => error)
await ask('ApplicationAuth', { clientId, clientSecret })
seen['version'] = await ask('Version')
seen['accounts'] = await ask('GetAccountListByAccessToken', { accessToken })
seen['refusedToken'] = await ask('AccountAuth', { ctidTraderAccountId, accessToken: 'wrong' }).catch(
  (error: unknown) => error,
)
await askAccount('AccountAuth', { accessToken })
seen['trader'] = await askAccount('Trader')
seen['assets'] = await askAccount('AssetList')
seen['symbols'] = await askAccount('SymbolsList', { includeArchivedSymbols: false })
seen['symbol'] = await askAccount('SymbolById', { symbolId: [41] })
await askAccount('SubscribeSpots', { symbolId: [41] })
seen['spot'] = await next(
  'ProtoOASpotEvent',
  event => event['bid'] !== undefined && event['ask'] !== undefined,
)
seen['bars'] = await askAccount('GetTrendbars', {
  symbolId: 41,
  period: 1,
  fromTimestamp: Date.UTC(2025, 0, 6, 6),
  toTimestamp: Date.UTC(2025, 0, 6, 6, 59),
})
connection.sendHeartbeat()
await askAccount('NewOrder', {
  symbolId: 41,
  orderType: 1,
  tradeSide: 1,
  volume: 100,
  relativeStopLoss: 5_000_000,
})
seen['opened'] = await next('ProtoOAExecutionEvent', isFill)
seen['open'] = await askAccount('Reconcile')
const { positionId } = (seen['opened'] as { readonly position: { readonly positionId: number } }).position
await askAccount('ClosePosition', { positionId: Number(positionId), volume: 100 })
seen['closed'] = await next('ProtoOAExecutionEvent', isFill)
const { executionTimestamp } = (seen['closed'] as { readonly deal: { readonly executionTimestamp: number } })
  .deal
seen['deals'] = await askAccount('DealList', {
  fromTimestamp: Number(executionTimestamp) - 86_400_000,
  toTimestamp: Number(executionTimestamp),
})
await askAccount('UnsubscribeSpots', { symbolId: [41] })
await askAccount('AccountLogout')
process.stdout.write(`${JSON.stringify(seen)}\n`)
connection.close()
process.exit(0)
