import {
  type Bar,
  type Instrument,
  isTimeframe,
  priceToPoints,
  type Quote,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import type { Account } from '../../account/account.ts'
import type { TimeRange } from '../../history/range.ts'
import type { CallOptions } from '../../options.ts'
import type { HistoryColumns, HistorySeries, HistoryStore } from './history-store.ts'

/** What to download, and where to. */
export interface SeriesDownload {
  readonly series: HistorySeries
  readonly span: TimeRange
  readonly store: HistoryStore
  readonly instrument: Instrument
  readonly history: Account['history']
  readonly source: string
  readonly call: CallOptions
  onProgress(share: number, rows: number): void
  onEnd(share: number, rows: number): void
}

/** What a download added, and where it went on, if it did, in milliseconds since 1970-01-01 UTC. */
export interface SeriesAdded {
  readonly added: number
  readonly resumedAt?: number
}

/** A part of a span: one that lies behind what the store holds grows forwards, one before it backwards. */
interface Part {
  readonly from: number
  readonly to: number
  readonly isWhole: boolean
}

const DAY_MS = 86_400_000
/** Before what is held, parts of so long are written once they are whole: the rows held never have a hole. */
const BACKWARD_DAYS = { ticks: 1, bars: 30 }
/** Rows that an interrupt may lose. */
const BATCH_ROWS = 20_000

/**
 * Downloads the rows of a span that the store does not hold; what came is kept also when it is ended.
 *
 * Rows of the last instant held are asked for again, because more of them may have been to come.
 */
export async function downloadSeries(download: SeriesDownload): Promise<SeriesAdded> {
  const { span, series, store, instrument } = download
  const held = store.list().find(entry => entry.symbol === instrument.name && entry.series === series)
  const parts = partsOf(span, held, series)
  const total = parts.reduce((sum, { from, to }) => sum + to - from, 0)
  const state = { added: 0, rows: 0, doneMs: 0 }
  const share = () => (total === 0 ? 1 : Math.min(1, state.doneMs / total))
  try {
    download.onProgress(share(), 0)
    for (const part of parts) {
      const before = state.doneMs
      await downloadPart(download, part, state, at => {
        state.doneMs = before + Math.max(0, at - part.from)
        download.onProgress(share(), state.rows)
      })
      state.doneMs = before + part.to - part.from
    }
  } finally {
    download.onEnd(share(), state.rows)
  }
  const resumedAt = held === undefined ? undefined : parts.find(part => !part.isWhole)?.from
  return { added: state.added, ...(resumedAt === undefined ? {} : { resumedAt }) }
}

function partsOf(
  { from, to }: TimeRange,
  held: { readonly first: number; readonly last: number } | undefined,
  series: HistorySeries,
): readonly Part[] {
  // Rows far from what is held would leave a hole that looks like a download: fill in between.
  if (held === undefined) return [{ from, to, isWhole: false }]
  const stepMs = (series === 'ticks' ? BACKWARD_DAYS.ticks : BACKWARD_DAYS.bars) * DAY_MS
  const parts: Part[] = []
  for (let end = held.first; end > from; end -= stepMs)
    parts.push({ from: Math.max(from, end - stepMs), to: end, isWhole: true })
  if (to > held.last) parts.push({ from: held.last, to, isWhole: false })
  return parts
}

async function downloadPart(
  download: SeriesDownload,
  part: Part,
  state: { added: number; rows: number },
  onRow: (at: number) => void,
): Promise<void> {
  const { history, instrument, series, call } = download
  const range = { from: part.from as UnixMs, to: part.to as UnixMs }
  let batch: (Bar | Quote)[] = []
  const flush = async () => {
    const rows = batch
    batch = []
    if (rows.length > 0) state.added += await write(download, rows)
  }
  const rows = isTimeframe(series)
    ? history.bars(instrument.id, series, range, call)
    : history.quotes(instrument.id, range, call)
  let isComplete = false
  try {
    for await (const row of rows) {
      // Still forming at the end of the span: the store would keep it as it is now, for good.
      if (row.type === 'bar' && row.closedAt > download.span.to) continue
      batch.push(row)
      state.rows += 1
      onRow(timeOf(row))
      // Between rows of one instant a batch may not end: what is compared is the instant as a whole.
      if (!part.isWhole && batch.length >= BATCH_ROWS && timeOf(row) !== timeOf(batch.at(-2) ?? row)) {
        const last = batch.pop() as Bar | Quote
        await flush()
        batch.push(last)
      }
    }
    isComplete = true
  } finally {
    if (isComplete || !part.isWhole) await flush()
  }
}

const timeOf = (row: Bar | Quote): number => (row.type === 'bar' ? row.openedAt : row.at)

async function write(
  { store, instrument, source }: SeriesDownload,
  rows: readonly (Bar | Quote)[],
): Promise<number> {
  const [first] = rows
  const pick = (value: (row: never) => number) => Float64Array.from(rows as readonly never[], value)
  const points = (value: (row: never) => number) => pick(row => priceToPoints(value(row)))
  const data: HistoryColumns =
    first?.type === 'bar'
      ? {
          type: 'bars',
          symbolId: instrument.id,
          timeframe: first.timeframe,
          length: rows.length,
          openedAt: pick((bar: Bar) => bar.openedAt),
          open: points((bar: Bar) => bar.open),
          high: points((bar: Bar) => bar.high),
          low: points((bar: Bar) => bar.low),
          close: points((bar: Bar) => bar.close),
          tickVolume: pick((bar: Bar) => bar.tickVolume),
        }
      : {
          type: 'ticks',
          symbolId: instrument.id,
          length: rows.length,
          at: pick((quote: Quote) => quote.at),
          bid: points((quote: Quote) => quote.bid),
          ask: points((quote: Quote) => quote.ask),
        }
  const { added } = await store.write({
    symbol: instrument.name,
    data,
    digits: instrument.digits,
    source,
    timeZone: 'UTC',
  })
  return added
}
