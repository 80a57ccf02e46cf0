import { useState } from 'react'
import type { TradeRow } from '../contract.ts'
import { costsOf, EXIT_REASON } from '../exit-reason.ts'
import { amountText, lotsText, priceText } from '../number-text.ts'
import { durationText } from '../time-text.ts'
import { EmptyState } from './empty-state.tsx'
import { MoreButton } from './more-button.tsx'
import { Pnl } from './pnl.tsx'
import { RelativeTime } from './relative-time.tsx'
import { SideWord } from './side-word.tsx'
import { CELL, HEAD, TABLE } from './table-looks.ts'

const PAGE = 15
/** Columns that give way on narrow screens. */
const WIDE = 'hidden sm:table-cell'
const WIDER = 'hidden xl:table-cell'
const WIDEST = 'hidden 2xl:table-cell'

/** Closed trades, newest first. Times are market time: ages count from the venue's clock. */
export function TradeTable({
  trades,
  digits,
  marketNow,
}: {
  trades: readonly TradeRow[]
  digits: number
  /** The venue's time, or null when it is not known. */
  marketNow: number | null
}) {
  const [shown, setShown] = useState(PAGE)
  if (trades.length === 0)
    return (
      <EmptyState title="No trade closed yet">
        A trade shows here when its position is closed. The chart shows entries at once.
      </EmptyState>
    )
  return (
    <>
      <div className="scroll-x">
        <table className={TABLE}>
          <caption className="sr-only">Closed trades, newest first</caption>
          <Head />
          <tbody>
            {trades.slice(0, shown).map(trade => (
              <Row
                key={`${trade.environmentId}-${trade.dealId}`}
                trade={trade}
                digits={digits}
                now={marketNow}
              />
            ))}
          </tbody>
        </table>
      </div>
      <MoreButton
        total={trades.length}
        shown={Math.min(shown, trades.length)}
        onMore={() => setShown(n => n + PAGE)}
      />
    </>
  )
}

function Head() {
  const right = `${HEAD} text-right`
  const left = `${HEAD} text-left`
  return (
    <thead>
      <tr>
        <th scope="col" className={left}>
          Closed
        </th>
        <th scope="col" className={left}>
          Side
        </th>
        <th scope="col" className={`${right} ${WIDE}`}>
          Lots
        </th>
        <th scope="col" className={`${right} ${WIDE}`}>
          Entry
        </th>
        <th scope="col" className={`${right} ${WIDE}`}>
          Exit
        </th>
        <th scope="col" className={left}>
          Ended by
        </th>
        <th scope="col" className={`${right} ${WIDEST}`}>
          Held
        </th>
        <th scope="col" className={`${right} ${WIDER}`}>
          Costs
        </th>
        <th scope="col" className={right}>
          Net
        </th>
        <th scope="col" className={`${right} ${WIDE}`}>
          Balance
        </th>
      </tr>
    </thead>
  )
}

function Row({ trade, digits, now }: { trade: TradeRow; digits: number; now: number | null }) {
  const right = `${CELL} text-right`
  return (
    <tr className="hover:bg-raised/50">
      <td className={CELL}>
        <RelativeTime at={trade.closedAt} now={now} />
      </td>
      <td className={CELL}>
        <SideWord side={trade.side} />
      </td>
      <td className={`${right} ${WIDE}`}>{lotsText(trade.volume)}</td>
      <td className={`${right} ${WIDE}`}>{priceText(trade.entryPrice, digits)}</td>
      <td className={`${right} ${WIDE}`}>{priceText(trade.exitPrice, digits)}</td>
      <td className={CELL}>{EXIT_REASON[trade.exitReason]}</td>
      <td className={`${right} ${WIDEST} text-muted`}>{durationText(trade.closedAt - trade.openedAt)}</td>
      <td className={`${right} ${WIDER} text-muted`} title="Commission, swap and conversion fee">
        {amountText(costsOf(trade))}
      </td>
      <td className={`${right} font-medium`} title={`${trade.net.currency}, after costs`}>
        <Pnl value={trade.net} />
      </td>
      <td className={`${right} ${WIDE}`} title={trade.balance.currency}>
        {amountText(trade.balance)}
      </td>
    </tr>
  )
}
