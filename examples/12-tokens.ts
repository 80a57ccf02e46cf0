// Keeps an account authorised through a refresh of its tokens.
import {
  authorizeUrl,
  connect,
  createTokenSource,
  exchangeCode,
  memoryRefreshLock,
  memoryTokenStore,
  readCode,
  refreshGrant,
  Secret,
} from '@openclaw-trading/ctrader-client'
import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId } from '@openclaw-trading/trading-model'

// A venue with a consent page and a token endpoint; without the two addresses below, the broker's are asked.
const venue = await startSimulator({ mode: { type: 'live-clock' }, seed: 7, oauth: true })
const { clientId, clientSecret, ctidTraderAccountId } = venue.credentials
const tokenUrl = `${venue.oauthUrl}/apps/token`
const endpoint = { clientId, clientSecret: new Secret(clientSecret), tokenUrl }

// #region source
// In memory, for this example. For bots: tokenFile() and refreshLockFile() of the subpath /node, one for all processes.
const source = createTokenSource({
  store: memoryTokenStore(),
  lock: memoryRefreshLock(),
  refresh: refreshToken => refreshGrant(endpoint, refreshToken),
  onEvent: event => console.log(event.type),
})
// #endregion source

// A person opens this page and allows access; then the browser is sent to an address with a code.
const redirectUri = 'http://127.0.0.1:8719/callback'
const state = crypto.randomUUID()
const consent = { clientId, redirectUri, scope: 'trading', state } as const
const page = authorizeUrl({ ...consent, authorizeUrl: `${venue.oauthUrl}/apps/auth` })
const sentTo = (await fetch(page, { redirect: 'manual' })).headers.get('location') ?? ''
await source.adopt(await exchangeCode(endpoint, { code: readCode(sentTo, state), redirectUri }))

const client = await connect({
  environment: { host: venue.host, port: venue.port, ca: venue.ca ?? '' },
  application: { clientId, clientSecret },
})
const id = accountId(ctidTraderAccountId)
await client.authorize(id, source.token)
const ended = new Promise<string>(resolve =>
  client.on('tokens-invalidated', ({ reason }) => resolve(reason ?? 'no reason given')),
)

// The refresh ends what was authorised under the old token; the same function gives the new one.
await source.refresh()
console.log(await ended)
const account = await client.authorize(id, source.token)
console.log('authorised again:', account.currency)

await client.close()
await venue.close()
