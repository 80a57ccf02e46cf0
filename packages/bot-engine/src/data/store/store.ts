import { statSync } from 'node:fs'
import type { Instrument } from '@openclaw-trading/trading-model'
import type { DataStore, StoreEntry } from './data-store.ts'
import { type SeriesFolder, seriesFolders } from './folder.ts'
import { reportGaps } from './gaps.ts'
import { type InstrumentRecord, readInstrumentRecord, writeInstrumentRecord } from './instrument-record.ts'
import { readSeries } from './read.ts'
import { rowsOf } from './series.ts'
import { verifyStore } from './verify.ts'
import { writeSeries } from './write.ts'

/** Where a store lies unless told otherwise, below the folder one works in. */
export const DEFAULT_STORE_FOLDER = '.claw/data'

/** Opens a store; the folder comes into being with the first write. */
export function openDataStore(folder: string = DEFAULT_STORE_FOLDER): DataStore {
  return {
    folder,
    list: () => seriesFolders(folder).flatMap(entryOf(folder)),
    write: options => writeSeries(folder, options),
    instrument: symbol => readInstrumentRecord(folder, symbol),
    writeInstrument: options => writeInstrumentRecord(folder, options),
    read: query => readSeries(folder, query),
    verify: options => verifyStore(folder, options ?? {}),
    gaps: async options => {
      const instrument = { id: 0 as Instrument['id'], digits: 5 }
      const { symbol, series, from, to } = options
      const span = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
      const data = await readSeries(folder, { symbol, series, ...span, instrument, partial: true })
      const known = options.instrument ?? readInstrumentRecord(folder, symbol)?.instrument
      return reportGaps(rowsOf(data), { ...options, ...(known && { instrument: known }) })
    },
  }
}

/** Entries with the record of their symbol, each record read once. */
function entryOf(root: string): (folder: SeriesFolder) => readonly StoreEntry[] {
  const records = new Map<string, InstrumentRecord | undefined>()
  return folder => {
    const names = folder.names()
    const heads = names.map(name => folder.head(name))
    const [first, last] = [heads[0], heads.at(-1)]
    if (first === undefined || last === undefined) return []
    const { symbol, series } = folder
    if (!records.has(symbol)) records.set(symbol, readInstrumentRecord(root, symbol))
    const record = records.get(symbol)
    return [
      {
        symbol,
        series,
        digits: Math.max(...heads.map(({ digits }) => digits)),
        rows: heads.reduce((sum, { rows }) => sum + rows, 0),
        first: first.first,
        last: last.last,
        files: heads.length,
        bytes: names.reduce((sum, name) => sum + statSync(folder.fileOf(name)).size, 0),
        sources: folder.manifest()?.sources ?? [],
        ...(record === undefined ? {} : { record }),
      },
    ]
  }
}
