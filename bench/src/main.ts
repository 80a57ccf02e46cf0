import { barsRow } from './engine/bars-row.ts'
import { decodeRow } from './client/decode-row.ts'
import type { Row } from './row.ts'
import { type RowResult, runRow } from './run-row.ts'

// npm run bench            all rows, 5 interleaved rounds
// npm run bench -- engine  the rows of one part
// npm run bench -- --short one small round: proves that the benches run, not how fast anything is

const ROWS: readonly Row[] = [decodeRow, barsRow]

function table(row: Row, result: RowResult): string {
  const line = (name: string, figure: number, ratio: number): string =>
    `  ${name.padEnd(22)}${figure.toLocaleString('en-US').padStart(14)} ${row.unit.padEnd(10)}${Number.isNaN(ratio) ? '' : `ours is ${ratio.toPrecision(3)} ×`}`
  return [
    `${row.title} (${result.rounds} rounds, medians)`,
    line('ours', result.ours, Number.NaN),
    line('hand-written limit', result.limit, result.vsLimit),
    ...Object.entries(result.peers).map(([name, figure]) =>
      line(name, figure, result.vsPeer[name] ?? Number.NaN),
    ),
    `  A/A ${result.aa}; target ${result.target}: ${result.met ? 'met' : 'NOT MET'}`,
  ].join('\n')
}

const args = process.argv.slice(2)
const short = args.includes('--short')
const parts = args.filter(arg => !arg.startsWith('--'))
const chosen = ROWS.filter(row => parts.length === 0 || parts.includes(row.bench))
if (chosen.length === 0) {
  process.stderr.write(
    `No bench named ${parts.join(', ')}. Known: ${[...new Set(ROWS.map(row => row.bench))].join(', ')}.\n`,
  )
  process.exit(2)
}
for (const row of chosen) {
  const result = await runRow(row, short ? 1 : 5, short)
  process.stdout.write(`${table(row, result)}\n${JSON.stringify(result)}\n\n`)
}
