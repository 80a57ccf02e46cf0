import { bundleRows } from './bundle.ts'
import type { Figure, Row } from './row.ts'
import { ROWS } from './rows.ts'
import { measure, type RowResult, summarise } from './run-row.ts'

// npm run bench            all rows, 5 interleaved rounds or what a row states
// npm run bench -- engine  the rows of one part, as npm run bench:engine; also by the name of a figure
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
const DEFAULT_ROUNDS = 5
const namesOf = ({ bench, figures }: Row): readonly string[] => [bench, ...figures.map(({ name }) => name)]
const known = [...new Set(ROWS.flatMap(namesOf))]
const unknown = parts.filter(part => !known.includes(part))
if (unknown.length > 0) {
  process.stderr.write(`No bench named ${unknown.join(', ')}. Known: ${known.join(', ')}.\n`)
  process.exit(2)
}
const chosen = ROWS.filter(row => parts.length === 0 || namesOf(row).some(name => parts.includes(name)))
await bundleRows(chosen)
for (const row of chosen) {
  const rounds = short ? 1 : (row.rounds ?? DEFAULT_ROUNDS)
  const samples = await measure(row, rounds, short)
  for (const figure of row.figures) {
    const result = summarise(row, figure, samples, rounds)
    process.stdout.write(`${table(figure, result)}\n${JSON.stringify(result)}\n\n`)
  }
}
