import type { SearchRow } from './search-row.ts'

/** A parameter that a sweep varied, with its values in their order. */
export interface SearchAxis {
  readonly name: string
  readonly values: readonly unknown[]
}

/** An axis as a heat map shows it. */
export interface HeatAxis extends SearchAxis {
  /** Values that were tried, also those that are cut off. */
  readonly tried: number
}

/** The best of the runs of one place of a heat map. */
export interface HeatCell extends Pick<SearchRow, 'score' | 'account'> {
  readonly trades?: number
  /** What the other axes are there. */
  readonly rest?: Readonly<Record<string, unknown>>
}

/** Scores over two axes. */
export interface HeatMap {
  readonly rows: HeatAxis
  readonly columns: HeatAxis
  /** Row after row; `null`: nothing was run there. */
  readonly cells: readonly (readonly (HeatCell | null)[])[]
  /** Where the best is. */
  readonly best: { readonly row: number; readonly column: number }
  /** Axes that a cell is the best of. */
  readonly over: readonly string[]
}

/** More is no table that one reads: the runs are listed, and the JSON has all of them. */
export const MOST_HEAT_ROWS = 30
/** What a page of 1,180 pixels shows without scrolling, with six characters and a mark in each cell. */
export const MOST_HEAT_COLUMNS = 18

/**
 * Scores over the first two axes, each place the best over the others; of a longer axis the values around the best.
 *
 * @returns `undefined` with fewer axes, or where nothing has a score
 */
export function heatMapOf(axes: readonly SearchAxis[], found: readonly SearchRow[]): HeatMap | undefined {
  const [first, second, ...others] = axes
  if (first === undefined || second === undefined) return undefined
  const places = new Map<string, SearchRow>()
  let best: SearchRow | undefined
  for (const row of found) {
    const place = placeOf(row.params?.[first.name], row.params?.[second.name])
    if (isBetter(row, places.get(place))) places.set(place, row)
    if (isBetter(row, best)) best = row
  }
  if (best?.score === undefined) return undefined
  const [rows, columns] = [
    shownOf(first, found, best, MOST_HEAT_ROWS),
    shownOf(second, found, best, MOST_HEAT_COLUMNS),
  ]
  const over = others.map(({ name }) => name)
  return {
    rows,
    columns,
    cells: rows.values.map(row =>
      columns.values.map(column => cellOf(places.get(placeOf(row, column)), over)),
    ),
    best: { row: indexOf(rows, best), column: indexOf(columns, best) },
    over,
  }
}

/** Values are the same when their texts are: those of runs that were kept have been a file since. */
const textOf = (value: unknown): string => JSON.stringify(value) ?? ''
const placeOf = (row: unknown, column: unknown): string => `${textOf(row)} ${textOf(column)}`

function isBetter({ score = Number.NEGATIVE_INFINITY }: SearchRow, than: SearchRow | undefined): boolean {
  return than === undefined || score > (than.score ?? Number.NEGATIVE_INFINITY)
}

function indexOf({ name, values }: SearchAxis, { params }: SearchRow): number {
  const value = textOf(params?.[name])
  return values.findIndex(one => textOf(one) === value)
}

/** The values that have a run: what a draw, an optimiser or Ctrl-C left out has no line. */
function shownOf(
  { name, values }: SearchAxis,
  found: readonly SearchRow[],
  best: SearchRow,
  most: number,
): HeatAxis {
  const run = new Set(found.map(({ params }) => textOf(params?.[name])))
  const tried = values.filter(value => run.has(textOf(value)))
  const middle = indexOf({ name, values: tried }, best)
  const from = Math.max(0, Math.min(middle - (most >> 1), tried.length - most))
  return { name, values: tried.slice(from, from + most), tried: tried.length }
}

function cellOf(row: SearchRow | undefined, over: readonly string[]): HeatCell | null {
  if (row === undefined) return null
  const { score, account, figures, params = {} } = row
  return {
    ...(score !== undefined && { score }),
    ...(account !== undefined && { account }),
    ...(figures && { trades: figures.tradeCount }),
    ...(over.length > 0 && { rest: Object.fromEntries(over.map(name => [name, params[name]])) }),
  }
}
