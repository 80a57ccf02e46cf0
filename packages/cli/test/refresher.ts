// A process that shares a grant: refreshes, or dies at a chosen point of it. Prints what it did as JSON.
import { createTokenSource, refreshGrant } from '@openclaw-trading/ctrader-client'
import { readAuthSettings, refreshLockFile, tokenEndpointOf } from '@openclaw-trading/ctrader-client/node'

const [how] = process.argv.slice(2)
const settings = await readAuthSettings({ env: {}, cwd: process.cwd() })
const endpoint = tokenEndpointOf(settings)
let sent = 0
const die = (): Promise<never> => {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => {})
}
const source = createTokenSource({
  store: {
    load: settings.tokens.load,
    async save(record) {
      await settings.tokens.save(record)
      if (how === 'crash-after-store') await die()
    },
  },
  lock: refreshLockFile(settings.tokens.path),
  async refresh(token) {
    sent += 1
    const grant = await refreshGrant(endpoint, token)
    if (how === 'crash') await die()
    return grant
  },
})
if (how === 'due') await source.token()
else await source.refresh()
process.stdout.write(`${JSON.stringify({ sent, generation: (await settings.tokens.load())?.generation })}\n`)
