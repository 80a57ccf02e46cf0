import { createTokenSource, refreshGrant, Secret } from '@openclaw-trading/ctrader-client'
import { refreshLockFile, tokenFile } from '@openclaw-trading/ctrader-client/node'

// One process of many that share a grant. What it needs comes over stdin, because arguments can be seen by others.
interface Order {
  readonly path: string
  readonly clientId: string
  readonly clientSecret: string
  readonly tokenUrl: string
  /** Access token that the server refuses. */
  readonly refused: string
  /** Dies when it has the new pair and has not stored it. */
  readonly crashes: boolean
  /** Writes the new token where it must not be, for tests of the test. */
  readonly leaks: boolean
}

let text = ''
process.stdin.setEncoding('utf8')
for await (const chunk of process.stdin) text += chunk
const { path, clientId, clientSecret, tokenUrl, refused, crashes, leaks } = JSON.parse(text) as Order
let sent = 0
const source = createTokenSource({
  store: tokenFile(path),
  lock: refreshLockFile(path),
  async refresh(refreshToken) {
    sent += 1
    const grant = await refreshGrant(
      { clientId, clientSecret: new Secret(clientSecret), tokenUrl },
      refreshToken,
    )
    if (leaks) process.stderr.write(`refreshed ${grant.accessToken.reveal()}\n`)
    if (crashes) process.kill(process.pid, 'SIGKILL')
    return grant
  },
})
const outcome = await source.renew(refused).then(
  token => (token === refused ? 'same' : 'new'),
  () => 'failed',
)
process.stdout.write(`${JSON.stringify({ sent, outcome })}\n`)
