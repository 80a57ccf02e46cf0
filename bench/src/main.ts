import type { Figure } from './row.ts'
import { ROWS } from './rows.ts'
import { measure, type RowResult, summarise } from './run-row.ts'

// npm run bench            all rows, 5 interleaved rounds
// npm run bench -- engine  the rows of one part, as npm run bench:engine
// npm run bench -- --short one small round: proves that the benches run, not how fast anything is

function table(figure: Figure, result: RowResult): string {
  const line = (name: string, value: number, ratio: number): string =>
    `  ${name.padEnd(22)}${value.toLocaleString('en-US').padStart(14)} ${figure.unit.padEnd(10)}${Number.isNaN(ratio) ? '' : `ours is ${ratio.toPrecision(3)} ×`}`
  const { limit, vsLimit } = result
  return [
    `${figure.title} (${result.rounds} rounds, ${figure.summary ?? 'median'})`,
    line('ours', result.ours, Number.NaN),
    ...(limit === null ? [] : [line('hand-written limit', limit, vsLimit ?? Number.NaN)]),
    ...Object.entries(result.peers).map(([name, value]) =>
      line(name, value, result.vsPeer[name] ?? Number.NaN),
    ),
    `  A/A ${result.aa ?? 'not run'}; target ${result.target}: ${result.met ? 'met' : 'NOT MET'}`,
  ].join('\n')
}

const args = process.argv.slice(2)
const short = args.includes('--short')
const parts = args.filter(arg => !arg.startsWith('--'))
const rounds = short ? 1 : 5
const known = [...new Set(ROWS.map(row => row.bench))]
const unknown = parts.filter(part => !known.some(bench => bench === part))
if (unknown.length > 0) {
  process.stderr.write(`No bench named ${unknown.join(', ')}. Known: ${known.join(', ')}.\n`)
  process.exit(2)
}
for (const row of ROWS.filter(({ bench }) => parts.length === 0 || parts.includes(bench))) {
  const samples = await measure(row, rounds, short)
  for (const figure of row.figures) {
    const result = summarise(row, figure, samples, rounds)
    process.stdout.write(`${table(figure, result)}\n${JSON.stringify(result)}\n\n`)
  }
}
