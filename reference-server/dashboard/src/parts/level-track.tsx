import type { PositionRow } from '../contract.ts'
import { priceText } from '../number-text.ts'
import type { PositionStanding } from '../position-view.ts'

/** Where entry and price lie between stop (left) and target (right). */
export function LevelTrack({
  position,
  standing,
  digits,
}: {
  position: PositionRow
  standing: PositionStanding
  digits: number
}) {
  const { track, result, closePrice } = standing
  if (track === null) return null
  const from = Math.min(track.entry, track.now)
  const width = Math.abs(track.now - track.entry)
  const won = result >= 0
  const label = `Price ${priceText(closePrice, digits)} between stop ${priceText(position.stopLoss ?? 0, digits)} and target ${priceText(position.takeProfit ?? 0, digits)}`
  return (
    <div role="img" aria-label={label} className="mt-3">
      <div className="relative h-2 rounded-full bg-raised">
        <div
          className={`absolute inset-y-0 rounded-full ${won ? 'bg-profit' : 'bg-loss'}`}
          style={{ left: `${from * 100}%`, width: `${width * 100}%` }}
        />
        <div
          className="absolute -inset-y-1 w-0.5 -translate-x-1/2 bg-line"
          style={{ left: `${track.entry * 100}%` }}
        />
        <div
          className="absolute top-1/2 size-3 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-background bg-ink"
          style={{ left: `${track.now * 100}%` }}
        />
      </div>
    </div>
  )
}
