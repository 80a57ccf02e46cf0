import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TradeColumns } from './run-trade.ts'
import { tradeText } from './trade-text.ts'
import { tradesCsv } from './trades-csv.ts'

const figure = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer().map(points => points / 100_000),
  fc.constantFrom(0, -0, 0.1 + 0.2, 1e21, -1e-7 / 3),
)
const trade = fc.record({
  side: fc.constantFrom('buy', 'sell'),
  lots: figure,
  openedAt: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  closedAt: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  entryPrice: figure,
  exitPrice: figure,
  stopLoss: fc.option(figure),
  exitReason: fc.constantFrom('stop-loss', 'strategy'),
  gross: figure,
  commission: figure,
  swap: figure,
  conversionFee: figure,
  net: figure,
  adverse: figure,
  favourable: figure,
})
const columnsOf = fc.array(trade, { maxLength: 30 }).map(trades => {
  const names = ['stopLoss', ...Object.keys(trades[0] ?? { net: 0, side: '', exitReason: '' })]
  const column = (name: string) => trades.map(one => one[name as keyof typeof one])
  return Object.fromEntries(names.map(name => [name, column(name)])) as unknown as TradeColumns
})

/** A line by the rules alone. */
function plainLine(columns: TradeColumns, row: number, titles: readonly string[]): string {
  const cells = titles.map(name => {
    const cell = columns[name as keyof TradeColumns]?.[row] ?? null
    if (cell === null) return ''
    if (name === 'openedAt' || name === 'closedAt') return new Date(cell).toISOString()
    if (typeof cell === 'string') return cell
    const whole = String(cell + 0)
    return whole.length > 13 ? String(Number(cell.toPrecision(12))) : whole
  })
  return cells.join(',')
}

describe('the text of trades', () => {
  it('is the JSON of their columns', () => {
    fc.assert(
      fc.property(columnsOf, columns => {
        expect(new TextDecoder().decode(tradeText(columns).json)).toBe(JSON.stringify(columns))
      }),
    )
  })

  it('grows beyond what a trade has as a rule', () => {
    const long = Array.from({ length: 100 }, (_, row) => (row + 1) / 3e-100)
    const columns = Object.fromEntries(
      Array.from({ length: 20 }, (_, place) => [`figure${place}`, long]),
    ) as unknown as TradeColumns
    const text = tradeText({ ...columns, net: [1] })
    expect(new TextDecoder().decode(text.json)).toBe(JSON.stringify({ ...columns, net: [1] }))
  })

  it('makes a table that has each cell where its title says', () => {
    fc.assert(
      fc.property(columnsOf, columns => {
        const [titles = '', ...lines] = tradesCsv({ trades: columns }).split('\n').slice(0, -1)
        expect(lines).toEqual(columns.net.map((_, row) => plainLine(columns, row, titles.split(','))))
      }),
    )
  })

  it('makes a table of a document whose columns end early, or are undefined, with empty cells there', () => {
    const [first] = fc.sample(
      columnsOf.filter(({ net }) => net.length > 1),
      { numRuns: 1, seed: 1 },
    )
    const columns = first as TradeColumns
    const short = {
      ...columns,
      stopLoss: undefined,
      adverse: columns.adverse.slice(0, 1),
      r: [1],
      share: [1],
    }
    const written = short as unknown as TradeColumns
    expect(new TextDecoder().decode(tradeText(written).json)).toBe(JSON.stringify(written))
    const [titles = '', ...lines] = tradesCsv({ trades: written }).split('\n').slice(0, -1)
    expect(lines).toEqual(columns.net.map((_, row) => plainLine(written, row, titles.split(','))))
  })
})
