import { type Column, table } from '@openclaw-trading/ctrader-client/terminal'
import type { Axis } from '../research/axes.ts'

/** A run as a table shows it. */
export interface Cell {
  readonly params: Readonly<Record<string, unknown>>
  readonly score: number | undefined
  /** What became of its account, e.g. `stopped out 2 times`; absent: it kept its margin. */
  readonly account?: string | undefined
}

/** Runs listed where two axes are no table. */
const LISTED = 10
/** Columns that fit a terminal of 100. */
const MOST_COLUMNS = 12

/**
 * Scores over two axes as a table with its values, the best with an asterisk, those of an account that did not keep its
 * margin with an exclamation mark; with more axes the best of the others. On a terminal with colours, green is high and
 * red is low. Rows without a run are left out; without a score there is none (then `unscoredTable` says why).
 */
export function heatMap(axes: readonly Axis[], cells: readonly Cell[], colours: boolean): string {
  if (cells.every(({ score }) => score === undefined)) return ''
  const [rows, columns] = axes
  if (rows === undefined || columns === undefined || axes.length > 3 || columns.values.length > MOST_COLUMNS)
    return list(axes, cells)
  const scores = cells.flatMap(({ score }) => score ?? [])
  const span = { low: Math.min(...scores), high: Math.max(...scores) }
  const bestOf = (row: unknown, column: unknown): Cell | undefined =>
    sorted(cells.filter(({ params }) => params[rows.name] === row && params[columns.name] === column))[0]
  const shown: readonly Column<unknown>[] = [
    { title: `${rows.name}\\${columns.name}`, align: 'right', text: row => String(row) },
    ...columns.values.map(column => ({
      title: String(column),
      align: 'right' as const,
      text: (row: unknown) => cellText(bestOf(row, column), span.high),
    })),
  ]
  // What a draw, an optimiser or Ctrl-C left out has no line.
  const tried = rows.values.filter(row => cells.some(({ params }) => params[rows.name] === row))
  const text = table(shown, tried)
  const others = axes.length > 2 ? `  (each the best over ${axes[2]?.name})\n` : ''
  const marked = tried.some(row => columns.values.some(column => bestOf(row, column)?.account !== undefined))
  const mark = marked ? '  (! stopped out, or the account was lost)\n' : ''
  return `${colours && scores.length > 1 ? coloured(text, span) : text}${others}${mark}`
}

/** Those with a score, the best first. */
function sorted(cells: readonly Cell[]): readonly Cell[] {
  return cells
    .filter(({ score }) => score !== undefined)
    .sort((one, other) => (other.score ?? 0) - (one.score ?? 0))
}

function cellText(cell: Cell | undefined, best: number): string {
  return `${scoreText(cell?.score, best)}${cell?.account === undefined ? '' : '!'}`
}

function list(axes: readonly Axis[], cells: readonly Cell[]): string {
  const ranked = sorted(cells)
  const shown = ranked.slice(0, LISTED)
  const columns: readonly Column<Cell>[] = [
    ...axes.map(({ name }) => ({
      title: name,
      align: 'right' as const,
      text: ({ params }: Cell) => String(params[name]),
    })),
    { title: 'score', align: 'right', text: ({ score }) => scoreText(score, ranked[0]?.score ?? Number.NaN) },
    ...(shown.some(({ account }) => account !== undefined)
      ? [{ title: 'account', text: ({ account = '' }: Cell) => account }]
      : []),
  ]
  const rest = ranked.length > LISTED ? `  … and ${ranked.length - LISTED} more\n` : ''
  return `${table(columns, shown)}${rest}`
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
    const value = Number(cell.replace('−', '-').replace(/[*!]/g, ''))
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
