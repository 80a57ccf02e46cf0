import { parseArgs } from 'node:util'
import { hostilePeerScenario } from './codec/r-18.ts'
import { badQuotesScenario } from './quotes/r-14.ts'
import { replayScenario } from './replay/r-30.ts'
import { wireQuotesScenario } from './quotes/r-14-wire.ts'
import type { Scenario } from './scenario.ts'
import { sessionsScenario } from './sessions/r-26.ts'
import { silenceScenario } from './silence/r-10.ts'
import { tokensScenario } from './tokens/r-12.ts'

// npm run reliability                     every scenario at full size
// npm run reliability -- R-18             one of them
// npm run reliability -- R-18 --short     a small run
// npm run reliability -- R-18 --seed 7    the run of another seed; each run prints its seed
// npm run reliability -- R-18 --frames 1000000

const SCENARIOS: readonly Scenario[] = [
  silenceScenario,
  tokensScenario,
  badQuotesScenario,
  wireQuotesScenario,
  hostilePeerScenario,
  sessionsScenario,
  replayScenario,
]

const USAGE = `Usage: npm run reliability -- [scenario…] [--short] [--seed n] [--<size> n]
${SCENARIOS.map(({ id, promise, sizes }) => `  ${id}  ${promise}${sizes.map(size => ` [--${size} n]`).join('')}`).join('\n')}
`

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= 0) return value
  process.stderr.write(`--${name} is "${text}". Pass a whole number from 0.\n\n${USAGE}`)
  process.exit(2)
}

function argumentsOf(argv: readonly string[]) {
  const names = SCENARIOS.flatMap(({ sizes }) => sizes)
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        short: { type: 'boolean', default: false },
        seed: { type: 'string', default: '1' },
        ...Object.fromEntries(names.map(name => [name, { type: 'string' as const }])),
      },
    })
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
    process.exit(2)
  }
}

const { positionals, values } = argumentsOf(process.argv.slice(2))
const unknown = positionals.filter(id => !SCENARIOS.some(scenario => scenario.id === id))
if (unknown.length > 0) {
  process.stderr.write(`No scenario named ${unknown.join(', ')}.\n\n${USAGE}`)
  process.exit(2)
}
const { short, seed, ...sizes } = values as { readonly short: boolean; readonly seed: string } & Record<
  string,
  string
>
let hasFailed = false
for (const scenario of SCENARIOS) {
  if (positionals.length > 0 && !positionals.includes(scenario.id)) continue
  const own = Object.entries(sizes).filter(([name]) => scenario.sizes.includes(name))
  const result = await scenario.run({
    seed: wholeNumber('seed', seed),
    short,
    sizes: Object.fromEntries(own.map(([name, text]) => [name, wholeNumber(name, text)])),
  })
  hasFailed ||= !result.pass
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
process.exit(hasFailed ? 1 : 0)
