import type { Instrument, LeverageTier } from '@openclaw-trading/trading-model'
import type { Account } from '../../account/account.ts'
import type { TimeRange } from '../../history/range.ts'
import { Progress, type ProgressOutput } from '../../terminal/progress.ts'
import { downloadSeries, type SeriesAdded } from './download-series.ts'
import type { HistorySeries, HistoryStore, InstrumentStored } from './history-store.ts'

/** What to download into a store. */
export interface StoreDownload {
  readonly account: Account
  /** Name of the symbol. */
  readonly symbol: string
  readonly series: HistorySeries
  readonly span: TimeRange
  readonly store: HistoryStore
  /** Named as the source, as it was asked for. Default: that of the settings. */
  readonly environment?: string
  readonly output: ProgressOutput
  readonly signal?: AbortSignal
}

/** What came of it. */
export interface StoreDownloadReport extends SeriesAdded {
  readonly record: InstrumentStored & {
    readonly instrument: Instrument
    readonly leverageTiers?: readonly LeverageTier[]
  }
}

/**
 * Downloads history of an account into a store, with the broker's record of the symbol, and goes on where the store ends.
 *
 * Rows that the store holds are not asked for again; before them a span is filled in too. What came stays when it is ended.
 *
 * @throws CTraderError as the history of an account does; what the store throws; the reason of `signal`
 */
export async function downloadIntoStore(download: StoreDownload): Promise<StoreDownloadReport> {
  const { account, symbol, series, span, store, environment, output, signal } = download
  const call = signal === undefined ? {} : { signal }
  const instrument = await account.instrument(symbol, call)
  const source = `cTrader account, ${environment ?? 'environment of the settings'}`
  const progress = new Progress(output, `${instrument.name} ${series}`)
  // Before the rows, so that what an interrupt leaves can be tested with its costs.
  const tiers = await account.leverageTiers(instrument.id, call)
  const terms = { instrument, ...(tiers.length > 0 && { leverageTiers: tiers }) }
  const record = await store.writeInstrument({ ...terms, source })
  const got = await downloadSeries({
    series,
    span,
    store,
    instrument,
    history: account.history,
    source,
    call,
    onProgress: (share, rows) => progress.update(share, rows),
    onEnd: (share, rows) => progress.end(share, rows),
  })
  return { ...got, record: { ...record, ...terms } }
}
