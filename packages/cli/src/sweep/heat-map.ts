import { type Column, table } from '@openclaw-trading/ctrader-client/terminal'
import type { Axis } from '../research/axes.ts'

/** A run as a table shows it. */
export interface Cell {
  readonly params: Readonly<Record<string, unknown>>
  readonly score: number | undefined
}

/** Runs listed where two axes are no table. */
const LISTED = 10
/** Columns that fit a terminal of 100. */
const MOST_COLUMNS = 12

/**
 * Scores over two axes as a table with its values, the best with an asterisk; with more axes the best of the others. On
 * a terminal with colours, green is high and red is low. Rows without a run are left out; without a score there is none.
 */
export function heatMap(axes: readonly Axis[], cells: readonly Cell[], colours: boolean): string {
  if (cells.every(({ score }) => score === undefined)) return ''
  const [rows, columns] = axes
  if (rows === undefined || columns === undefined || axes.length > 3 || columns.values.length > MOST_COLUMNS)
    return list(axes, cells)
  const scores = cells.flatMap(({ score }) => score ?? [])
  const span = { low: Math.min(...scores), high: Math.max(...scores) }
  const bestOf = (row: unknown, column: unknown): number | undefined => {
    const found = cells
      .filter(({ params }) => params[rows.name] === row && params[columns.name] === column)
      .flatMap(({ score }) => score ?? [])
    return found.length === 0 ? undefined : Math.max(...found)
  }
  const shown: readonly Column<unknown>[] = [
    { title: `${rows.name}\\${columns.name}`, align: 'right', text: row => String(row) },
    ...columns.values.map(column => ({
      title: String(column),
      align: 'right' as const,
      text: (row: unknown) => scoreText(bestOf(row, column), span.high),
    })),
  ]
  // What a draw, an optimiser or Ctrl-C left out has no line.
  const tried = rows.values.filter(row => cells.some(({ params }) => params[rows.name] === row))
  const text = table(shown, tried)
  const others = axes.length > 2 ? `  (each the best over ${axes[2]?.name})\n` : ''
  return `${colours && scores.length > 1 ? coloured(text, span) : text}${others}`
}

function list(axes: readonly Axis[], cells: readonly Cell[]): string {
  const sorted = [...cells]
    .filter(({ score }) => score !== undefined)
    .sort((one, other) => (other.score ?? 0) - (one.score ?? 0))
  const columns: readonly Column<Cell>[] = [
    ...axes.map(({ name }) => ({
      title: name,
      align: 'right' as const,
      text: ({ params }: Cell) => String(params[name]),
    })),
    { title: 'score', align: 'right', text: ({ score }) => scoreText(score, sorted[0]?.score ?? Number.NaN) },
  ]
  const rest = sorted.length > LISTED ? `  … and ${sorted.length - LISTED} more\n` : ''
  return `${table(columns, sorted.slice(0, LISTED))}${rest}`
}

/** Four digits that count; an asterisk behind the best. */
export function scoreText(score: number | undefined, best: number): string {
  if (score === undefined) return '·'
  const digits = Math.abs(score) >= 1000 ? 0 : 2
  return `${score.toFixed(digits).replace('-', '−')}${score === best ? '*' : ''}`
}

/** Colours behind the values of the table; its first line and column have none. */
function coloured(text: string, { low, high }: { readonly low: number; readonly high: number }): string {
  const [head = '', ...lines] = text.split('\n')
  const paint = (cell: string): string => {
    const value = Number(cell.replace('−', '-').replace('*', ''))
    if (!Number.isFinite(value) || high === low) return cell
    // From red over grey to green on the 6 × 6 × 6 cube of 256 colours.
    const shade = [52, 88, 238, 22, 28][Math.min(4, Math.floor((5 * (value - low)) / (high - low)))]
    return `\u001B[48;5;${shade}m\u001B[97m${cell}\u001B[0m`
  }
  const painted = lines.map(line => {
    const [, first = '', rest = ''] = /^(\s*\S+)(.*)$/.exec(line) ?? []
    return `${first}${rest.replace(/\s{2}(\s*\S+)/g, (_, cell: string) => `  ${paint(cell)}`)}`
  })
  return [head, ...painted].join('\n')
}
