import { useMemo, useState } from 'react'
import type { ChartData, PositionRow, TradeRow } from '../contract.ts'
import { priceText } from '../number-text.ts'
import { absoluteText } from '../time-text.ts'
import { type TradeMark, tradeMarks } from '../trade-marks.ts'
import { MoreButton } from './more-button.tsx'
import { CELL, HEAD, TABLE } from './table-looks.ts'

const PAGE = 100

/** The candles and marks of the chart as rows, newest first. */
export function ChartTable({
  chart,
  trades,
  positions,
}: {
  chart: ChartData
  trades: readonly TradeRow[]
  positions: readonly PositionRow[]
}) {
  const [shown, setShown] = useState(PAGE)
  const { bars, digits } = chart
  const notes = useMemo(
    () => notesByBar(tradeMarks(bars, trades, positions), digits),
    [bars, trades, positions, digits],
  )
  const rows = bars.slice(-shown).reverse()
  return (
    <section
      className="scroll-x max-h-[26rem] overflow-y-auto"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable with the keyboard
      tabIndex={0}
      aria-label="Candles as a table"
    >
      <table className={TABLE}>
        <thead className="sticky top-0 bg-background">
          <tr>
            <th scope="col" className={`${HEAD} text-left`}>
              Opened (UTC)
            </th>
            {['Open', 'High', 'Low', 'Close'].map(name => (
              <th key={name} scope="col" className={`${HEAD} text-right`}>
                {name}
              </th>
            ))}
            <th scope="col" className={`${HEAD} text-left`}>
              Trades
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(bar => (
            <tr key={bar.openedAt}>
              <td className={CELL}>{absoluteText(bar.openedAt).slice(0, 16)}</td>
              {[bar.open, bar.high, bar.low, bar.close].map((price, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: four columns that never move
                <td key={index} className={`${CELL} text-right`}>
                  {priceText(price, digits)}
                </td>
              ))}
              <td className={CELL}>{notes.get(bar.openedAt) ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <MoreButton total={bars.length} shown={rows.length} onMore={() => setShown(count => count + PAGE)} />
    </section>
  )
}

function notesByBar(marks: readonly TradeMark[], digits: number): Map<number, string> {
  const notes = new Map<number, string>()
  const add = (at: number, text: string) => notes.set(at, notes.has(at) ? `${notes.get(at)}; ${text}` : text)
  for (const mark of marks) {
    add(mark.entry.at, `${mark.side} at ${priceText(mark.entry.price, digits)}`)
    if (mark.exit !== null) add(mark.exit.at, `closed at ${priceText(mark.exit.price, digits)}, ${mark.text}`)
  }
  return notes
}
