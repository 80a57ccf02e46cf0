import { type CheckedData, readData } from '../backtest/run.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import { partsOf } from './data-columns.ts'
import type { SharedOptions } from './trial.ts'

/**
 * Reads rows that were cut from longer data: a watched instrument without any among them is left out, so that its feeds
 * are cold, as before the first row of a symbol whose data begin later. Finer data without
 * any may be there as well: `worst` decides. Of data as they were given both are mistakes.
 *
 * @throws as `backtest` does of its data; of the instrument traded there is a row
 */
export function readPart({
  instrument,
  watched = [],
  watchedBars = [],
  data,
}: Pick<SharedOptions<AnyStrategy>, 'instrument' | 'watched' | 'watchedBars' | 'data'>): CheckedData {
  const hasRows = ({ length }: { readonly length: number }) => length > 0
  const empty = [...partsOf(data), ...watchedBars].filter(columns => !hasRows(columns))
  return readData({
    instrument,
    watched: watched.filter(({ id }) => empty.every(({ symbolId }) => symbolId !== id)),
    watchedBars: watchedBars.filter(hasRows),
    data: 'type' in data ? data : data.filter(hasRows),
  })
}
