import type { ReactNode } from 'react'
import type { PositionRow, QuoteRow } from '../contract.ts'
import { changeText, lotsText, priceText } from '../number-text.ts'
import { type PositionStanding, positionStanding } from '../position-view.ts'
import { LevelTrack } from './level-track.tsx'
import { RelativeTime } from './relative-time.tsx'
import { SideWord } from './side-word.tsx'

/** An open position: entry, stop, target, and how far the quote is from each. */
export function PositionCard({
  position,
  quote,
  digits,
  marketNow,
  stale,
}: {
  position: PositionRow
  quote: QuoteRow | null
  digits: number
  marketNow: number | null
  stale: boolean
}) {
  const standing = quote === null ? null : positionStanding(position, quote)
  return (
    <article
      aria-label={`Position ${position.positionId}`}
      className={`border-b border-hairline p-4 last:border-b-0 ${stale ? 'stale' : ''}`}
    >
      <div className="flex items-baseline justify-between gap-3">
        <p className="text-[0.9375rem]">
          <SideWord side={position.side} />{' '}
          <span className="font-semibold">{lotsText(position.volume)} lots</span>
        </p>
        <p className="text-xs text-muted">
          opened <RelativeTime at={position.openedAt} now={marketNow} />
        </p>
      </div>
      {standing === null ? (
        <p className="mt-1 text-muted">No quote yet</p>
      ) : (
        <Standing standing={standing} digits={digits} stale={stale} />
      )}
      {standing !== null && <LevelTrack position={position} standing={standing} digits={digits} />}
      <dl className="mt-3 grid grid-cols-3 gap-2 text-xs">
        <Level name="Stop" away={standing?.toStop ?? null} digits={digits}>
          {position.stopLoss === null ? (
            <strong className="text-bad">none</strong>
          ) : (
            priceText(position.stopLoss, digits)
          )}
        </Level>
        <Level name="Entry" away={null} digits={digits}>
          {priceText(position.entryPrice, digits)}
        </Level>
        <Level name="Target" away={standing?.toTarget ?? null} digits={digits}>
          {position.takeProfit === null ? 'none' : priceText(position.takeProfit, digits)}
        </Level>
      </dl>
      <p className="mt-3 text-xs text-muted">
        Position {position.positionId}, confirmed by the bot <RelativeTime at={position.confirmedAt} />
      </p>
    </article>
  )
}

function Standing({
  standing,
  digits,
  stale,
}: {
  standing: PositionStanding
  digits: number
  stale: boolean
}) {
  const { result, multiple, closePrice } = standing
  const zero = Number(result.toFixed(digits)) === 0
  const tone = zero ? 'text-muted' : result > 0 ? 'text-profit' : 'text-loss'
  return (
    <p className="mt-1 flex flex-wrap items-baseline gap-x-2">
      <span className={`text-xl font-semibold ${tone}`}>
        <span aria-hidden="true" className="mr-1 text-[0.7em]">
          {zero ? '■' : result > 0 ? '▲' : '▼'}
        </span>
        <span className="sr-only">{zero ? 'no change ' : result > 0 ? 'profit ' : 'loss '}</span>
        {changeText(result, digits)}
      </span>
      <span className="text-xs text-muted">
        {multiple !== null && `${changeText(multiple, 2)} R · `}
        {stale ? 'last known' : 'now'} {priceText(closePrice, digits)}
      </span>
    </p>
  )
}

function Level({
  name,
  away,
  digits,
  children,
}: {
  name: string
  away: number | null
  digits: number
  children: ReactNode
}) {
  return (
    <div>
      <dt className="text-muted">{name}</dt>
      <dd className="text-[0.8125rem] font-medium">{children}</dd>
      {away !== null && (
        <dd className="text-muted">{away < 0 ? 'passed' : `${priceText(away, digits)} away`}</dd>
      )}
    </div>
  )
}
