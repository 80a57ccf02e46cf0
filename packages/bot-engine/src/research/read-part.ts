import { type CheckedData, readData } from '../backtest/run.ts'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import { partsOf } from './data-columns.ts'
import type { SharedOptions } from './trial.ts'

/**
 * Reads rows that were cut from longer data: a watched instrument without any among them is left out, so that its feeds
 * are cold, as before the first row of a symbol whose data begin later. Finer data may be without any too: `worst` decides.
 * Of data as they were given both are mistakes.
 *
 * @throws as `backtest` does of its data, also where there is no row of the instrument traded
 */
export function readPart({
  instrument,
  watched = [],
  watchedBars = [],
  data,
}: Pick<SharedOptions<AnyStrategy>, 'instrument' | 'watched' | 'watchedBars' | 'data'>): CheckedData {
  const isLeftOut = ({ length, symbolId }: TickColumns | BarColumns) =>
    length === 0 && symbolId !== instrument.id
  const leftOut = [...partsOf(data), ...watchedBars].filter(isLeftOut)
  return readData({
    instrument,
    watched: watched.filter(({ id }) => leftOut.every(({ symbolId }) => symbolId !== id)),
    watchedBars: watchedBars.filter(columns => !isLeftOut(columns)),
    data: 'type' in data ? data : data.filter(columns => !isLeftOut(columns)),
  })
}
