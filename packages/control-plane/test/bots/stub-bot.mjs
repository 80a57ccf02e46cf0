// A bot without a broker: argv says how it behaves. It speaks to the API like a real one.
const [, , mode] = process.argv
let start
let session

const post = async (path, body) => {
  const response = await fetch(`${start.apiUrl}${path}`, { method: 'POST', body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${path} answered ${response.status}`)
  return response.json()
}
const send = message => new Promise(resolve => process.send(message, undefined, undefined, resolve))
const endSession = (status, reason) => post('/session/end', { sessionId: session.sessionId, status, reason })
let leaving = false
const leave = async reason => {
  if (leaving) return
  leaving = true
  await endSession('COMPLETED', reason)
  await send({ type: 'ended', reason })
  process.exit(0)
}

const heartbeat = () => ({
  botId: start.botId,
  accountType: start.accountType,
  sessionId: session.sessionId,
  epoch: start.epoch,
  sentAt: Date.now(),
  marketAt: null,
  lastQuoteAgeMs: null,
  eventLoopLagMs: 0,
  openPositions: 0,
  unresolvedIntents: 0,
  entriesEnabled: true,
  paramsVersion: 1,
  balance: null,
  equity: null,
})

const run = {
  good: () => {},
  deaf: () => {},
  stubborn: () => {},
  crash: () => {
    throw new TypeError('the stub has thrown')
  },
  fail: async () => {
    await send({ type: 'failed', code: 'invalid-params', message: 'The period is -3. Use 2 to 200.' })
    process.exit(1)
  },
  'data-ended': () => leave('data-ended'),
  // The API never hears of it.
  'data-ended-unheard': async () => {
    await send({ type: 'ended', reason: 'data-ended' })
    process.exit(0)
  },
  quits: () => leave('requested'),
  lingers: () => send({ type: 'ended', reason: 'requested' }),
  'hangs-up': () => process.disconnect(),
}

async function begin() {
  console.log(`argv ${JSON.stringify(process.argv)} env ${JSON.stringify(process.env)}`)
  if (mode === 'never-ready') return
  session = await post('/session/start', {
    botId: start.botId,
    accountType: start.accountType,
    codeHash: '0123456789abcdef',
    paramsVersion: 1,
    epoch: start.epoch,
    host: 'h1',
    pid: process.pid,
    environment: {
      name: start.environmentName,
      ctidTraderAccountId: start.broker.ctidTraderAccountId,
      broker: 'Stub',
      currency: 'USD',
      leverage: 100,
      positionMode: 'hedged',
    },
  })
  await send({ type: 'ready', sessionId: session.sessionId })
  setInterval(
    () => process.connected && process.send({ type: 'heartbeat', heartbeat: heartbeat() }, () => {}),
    20,
  )
  await run[mode]()
}

process.on('SIGINT', () => {})
if (mode === 'stubborn') process.on('SIGTERM', () => console.log('SIGTERM ignored'))
process.on('message', message => {
  if (message.type === 'start') {
    start = message
    void begin()
  } else if (message.type === 'stop') {
    if (!['deaf', 'stubborn', 'lingers'].includes(mode) && session !== undefined) void leave('requested')
  } else console.log(message.type)
})
// Keeps the process alive whatever happens to the channel.
setInterval(() => {}, 60_000)
