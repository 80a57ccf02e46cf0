import { lazy, type ReactNode, Suspense, useCallback, useMemo, useState } from 'react'
import { chartSummary } from '../chart-summary.ts'
import type { Bot, ChartBar, ChartData } from '../contract.ts'
import { changeText, percentText, priceText } from '../number-text.ts'
import { absoluteText, minuteText } from '../time-text.ts'
import { tradeMarks } from '../trade-marks.ts'
import { ChartTable } from './chart-table.tsx'
import { EmptyState } from './empty-state.tsx'
import { Icon } from './icon.tsx'
import { Panel } from './panel.tsx'
import { Switch } from './switch.tsx'

const CandleChart = lazy(() => import('./candle-chart.tsx').then(module => ({ default: module.CandleChart })))

const NO_CANDLES: Partial<Record<Bot['row']['actual'], string>> = {
  starting: 'The bot is starting. Its candles come with its first market data.',
  running: 'The bot sends its candles with its first market data. Nothing comes while the market is closed.',
}

/** The chart, what it says in a sentence, its switches, and the same as a table. */
export function ChartPanel({ bot, stale }: { bot: Bot; stale: boolean }) {
  const [trades, setTrades] = useState(true)
  const [levels, setLevels] = useState(true)
  const [table, setTable] = useState(false)
  const { chart } = bot
  const empty = chart === null || chart.bars.length === 0
  return (
    <Panel
      title={`${bot.row.symbol} ${bot.row.timeframe}`}
      flush
      className="h-full"
      aside={
        empty ? undefined : (
          <div className="flex flex-wrap items-center gap-1">
            {!table && (
              <>
                <Switch on={trades} onChange={setTrades} label="Trades" />
                <Switch on={levels} onChange={setLevels} label="Stop and target" />
              </>
            )}
            <Switch
              on={table}
              onChange={setTable}
              label="View as table"
              icon={<Icon name="table" size={14} />}
            />
          </div>
        )
      }
    >
      {empty ? (
        <div className="grid h-full place-items-center">
          <EmptyState title="No candles yet" icon="chart">
            {NO_CANDLES[bot.row.actual] ??
              'Candles come from the running bot and are not kept. Start it to see them.'}
          </EmptyState>
        </div>
      ) : (
        <ChartBody bot={bot} chart={chart} stale={stale} table={table} trades={trades} levels={levels} />
      )}
    </Panel>
  )
}

function ChartBody({
  bot,
  chart,
  stale,
  table,
  trades,
  levels,
}: {
  bot: Bot
  chart: ChartData
  stale: boolean
  table: boolean
  trades: boolean
  levels: boolean
}) {
  const [cursor, setCursor] = useState<number | null>(null)
  const onCursor = useCallback((at: number | null) => setCursor(at), [])
  const first = chart.bars[0]?.openedAt ?? 0
  const last = chart.bars.at(-1)?.openedAt ?? 0
  // Marks depend on which candles there are, not on what the newest one does.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const marks = useMemo(
    () => (trades ? tradeMarks(chart.bars, bot.trades, bot.positions) : []),
    [trades, first, last, bot.trades, bot.positions],
  )
  const drawn = useMemo(() => (levels ? bot.positions : []), [levels, bot.positions])
  const summary = useMemo(() => chartSummary(chart, bot.trades), [chart, bot.trades])
  return (
    <div className={`flex h-full flex-col ${stale ? 'stale' : ''}`}>
      {table ? (
        <ChartTable chart={chart} trades={bot.trades} positions={bot.positions} />
      ) : (
        <>
          <Legend chart={chart} cursor={cursor} stale={stale} />
          <div className={`relative mx-1 min-h-72 flex-1 sm:min-h-96 ${stale ? 'opacity-60 grayscale' : ''}`}>
            <Suspense fallback={<div className="skeleton absolute inset-3" />}>
              <CandleChart chart={chart} marks={marks} levels={drawn} summary={summary} onCursor={onCursor} />
            </Suspense>
          </div>
        </>
      )}
      <p className="border-t border-hairline px-4 py-2.5 text-xs text-muted">{summary}</p>
    </div>
  )
}

function Legend({ chart, cursor, stale }: { chart: ChartData; cursor: number | null; stale: boolean }) {
  const { bars, digits, quote } = chart
  const bar: ChartBar | undefined = bars.find(entry => entry.openedAt === cursor) ?? bars.at(-1)
  if (bar === undefined) return null
  const change = bar.close - bar.open
  const tone = change > 0 ? 'text-profit' : change < 0 ? 'text-loss' : 'text-muted'
  return (
    <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4 pt-3 text-xs">
      <span className="text-muted" title={absoluteText(bar.openedAt)}>
        {minuteText(bar.openedAt)} UTC
      </span>
      <Value name="O">{priceText(bar.open, digits)}</Value>
      <Value name="H">{priceText(bar.high, digits)}</Value>
      <Value name="L">{priceText(bar.low, digits)}</Value>
      <Value name="C">{priceText(bar.close, digits)}</Value>
      <span className={tone}>
        <span aria-hidden="true" className="mr-1 text-[0.8em]">
          {change > 0 ? '▲' : change < 0 ? '▼' : '■'}
        </span>
        {changeText(change, digits)} ({percentText(change / bar.open)})
      </span>
      {quote !== null && (
        <span className="ml-auto flex gap-x-4">
          {stale && <span className="font-medium text-muted">last known</span>}
          <Value name="Bid">{priceText(quote.bid, digits)}</Value>
          <Value name="Ask">{priceText(quote.ask, digits)}</Value>
        </span>
      )}
    </div>
  )
}

function Value({ name, children }: { name: string; children: ReactNode }) {
  return (
    <span className="whitespace-nowrap">
      <span className="mr-1 text-muted">{name}</span>
      <span className="font-medium">{children}</span>
    </span>
  )
}
