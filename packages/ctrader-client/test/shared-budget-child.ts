// Says `ready`, waits for a line, then takes from a shared budget as fast as it can and tells when it got each:
// `<class> <milliseconds of the machine>`.
import { once } from 'node:events'
import { sharedRateBudget } from '../src/node/index.ts'

const [path = '', kind = 'entry', countText = '50', spacingText = '0'] = process.argv.slice(2)
const budget = sharedRateBudget(path)
const spacingMs = Number(spacingText)

async function take(): Promise<void> {
  const askedMs = nowMs()
  await budget.take(kind as 'entry' | 'exit')
  const gotMs = nowMs()
  process.stdout.write(`${kind} ${gotMs} ${gotMs - askedMs}\n`)
}

function nowMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000
}

process.stdout.write('ready\n')
await once(process.stdin, 'data')
process.stdin.destroy()

const all: Promise<void>[] = []
for (let i = 0; i < Number(countText); i++) {
  all.push(take())
  if (spacingMs > 0) await new Promise(resolve => setTimeout(resolve, spacingMs))
}
await Promise.all(all)
