import type { StoreEntry } from '@openclaw-trading/bot-engine/data'
import { type Column, grouped, table } from '@openclaw-trading/ctrader-client/terminal'
import type { Register } from '../../command.ts'
import { builtIn } from '../../project/instruments.ts'
import { dayText } from '../../span.ts'
import { addStoreOptions, printResult, type StoreOptions, storeOf } from './series-options.ts'

const COLUMNS: readonly Column<StoreEntry>[] = [
  { title: 'symbol', text: ({ symbol }) => symbol },
  { title: 'series', text: ({ series }) => series },
  { title: 'rows', align: 'right', text: ({ rows }) => grouped(rows) },
  { title: 'first', text: ({ first }) => dayText(first) },
  { title: 'last', text: ({ last }) => dayText(last) },
  { title: 'MB', align: 'right', text: ({ bytes }) => (bytes / 1_000_000).toFixed(1) },
  { title: 'digits', align: 'right', text: ({ digits }) => String(digits) },
  { title: 'record', text: recordText },
  { title: 'source', text: ({ sources }) => sources.map(({ source }) => source).join(', ') },
]

function recordText({ symbol, record }: StoreEntry): string {
  if (record !== undefined) return `${record.source} (${record.recordedAt.slice(0, 10)})`
  return builtIn(symbol) === undefined ? 'none' : 'built-in'
}

/** Adds `claw data list`. */
export const addList: Register = (data, done) => {
  addStoreOptions(data.command('list').description('Lists what the store holds.')).action(
    (options: StoreOptions) =>
      done({
        command: 'data list',
        options,
        json: options.json,
        dryRun: 'changes-nothing',
        run: async context => {
          const startedAt = performance.now()
          const store = await storeOf(options, context)
          const entries = store.list()
          const text =
            entries.length === 0
              ? `  ${store.folder} is empty.\n  Next: claw data import FILE --symbol XAUUSD, or claw data get XAUUSD --timeframe m15 --synthetic\n`
              : table(COLUMNS, entries)
          printResult({ schema: 'claw.data-list/1', data: entries, text }, options, context, startedAt)
          return 0
        },
      }),
  )
}
