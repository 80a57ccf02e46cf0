import { type Instrument, pointsPerTick } from '@openclaw-trading/trading-model'
import type { BarColumns } from '../data/columns.ts'
import { EngineError } from '../errors.ts'
import type { BarSpread } from '../simulation/venue-model.ts'

const HOUR_MS = 3_600_000

/** The spreads of bars in points. */
export interface BarSpreads {
  /** Of every bar; absent where they differ. */
  readonly fixed?: number
  /** Of the bar at a row that opens at an instant. */
  of(row: number, openedAt: number): number
}

/** The spreads of bars by a model. @throws {@link EngineError} `invalid-options` when none are recorded; `data-invalid` */
export function barSpreads(
  model: BarSpread | undefined,
  instrument: Instrument,
  data: Pick<BarColumns, 'spread' | 'length'>,
): BarSpreads {
  const tick = pointsPerTick(instrument)
  if (model === 'recorded') return recorded(data)
  if (typeof model === 'object') {
    const byHour = model.map(ticks => ticks * tick)
    return { of: (_row, openedAt) => byHour[Math.floor(openedAt / HOUR_MS) % 24] as number }
  }
  const fixed = (model ?? 0) * tick
  return { fixed, of: () => fixed }
}

function recorded({ spread, length }: Pick<BarColumns, 'spread' | 'length'>): BarSpreads {
  if (spread === undefined)
    throw new EngineError(
      'invalid-options',
      "venue.barSpreadTicks is 'recorded', and the bars have no column of spreads. Pass a number or 24 by hour of the day.",
    )
  for (let row = 0; row < length; row++) {
    const value = spread[row] as number
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY && value % 1 === 0))
      throw new EngineError(
        'data-invalid',
        `Bar ${row} has a spread of ${value}. Spreads are whole steps of 1/100000, from 0.`,
        { details: { row, spread: value } },
      )
  }
  return { of: row => spread[row] as number }
}
