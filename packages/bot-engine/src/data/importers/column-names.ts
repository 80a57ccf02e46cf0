/** What a column holds. */
export type ColumnRole = 'time' | 'open' | 'high' | 'low' | 'close' | 'bid' | 'ask' | 'volume'

/** Prices of a bar, in the order of its columns. */
export const BAR_ROLES = ['open', 'high', 'low', 'close'] as const

/** Prices of a quote, in the order of its columns. */
export const QUOTE_ROLES = ['bid', 'ask'] as const

const NAMES: Readonly<Record<ColumnRole, readonly string[]>> = {
  time: [
    'timestamp_ms',
    'opened_ms',
    // MetaTrader's Python package has `time` in whole seconds beside it.
    'time_msc',
    'timestamp',
    'datetime',
    'time',
    'gmt time',
    'local time',
    'date',
    'utc',
    // An index without a name, as pandas writes it.
    '__index_level_0__',
  ],
  open: ['open'],
  high: ['high'],
  low: ['low'],
  close: ['close'],
  bid: ['bid'],
  ask: ['ask'],
  volume: ['tickvol', 'ticks', 'volume', 'tick_volume', 'vol'],
}

/** Names of time columns that say what they count. */
const IN_MILLISECONDS: readonly string[] = ['timestamp_ms', 'opened_ms', 'time_msc']

/** Whether a column says of itself that it counts milliseconds: seconds in it are a mistake. */
export function isInMilliseconds(name: string): boolean {
  return IN_MILLISECONDS.includes(name)
}

/** A column name as it is compared. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[<>"]/g, '').trim()
}

/** Place of the column with a role among {@link plainName}s; −1: there is none. */
export function placeOf(names: readonly string[], role: ColumnRole): number {
  const found = NAMES[role].find(name => names.includes(name))
  return found === undefined ? -1 : names.indexOf(found)
}
