import {
  AreaSeries,
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts'
import type { RunDocument } from '../src/report/run-document.ts'
import type { RunTrade } from '../src/report/run-trade.ts'

/** Colours of the page, as the system's mode makes them. */
function colours() {
  const style = getComputedStyle(document.documentElement)
  const read = (name: string) => resolved(style.getPropertyValue(name).trim())
  return {
    text: read('--muted'),
    line: read('--hairline'),
    profit: read('--profit'),
    loss: read('--loss'),
    bad: read('--bad'),
    ok: read('--ok'),
  }
}

/** The chart draws on a canvas, which knows no light-dark(). */
function resolved(value: string): string {
  const probe = document.createElement('span')
  probe.style.color = value
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

const seconds = (ms: number) => Math.floor(ms / 1000) as UTCTimestamp

function newChart(box: HTMLElement): IChartApi {
  const { text, line } = colours()
  return createChart(box, {
    autoSize: true,
    layout: { background: { color: 'transparent' }, textColor: text, attributionLogo: true, fontSize: 11 },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
    rightPriceScale: { borderColor: line },
    timeScale: { borderColor: line, timeVisible: true, secondsVisible: false, minBarSpacing: 0.02 },
    handleScroll: { vertTouchDrag: false },
  })
}

/** Equity above, drawdown below, on one time axis. */
export function drawEquity(box: HTMLElement, { equity }: Pick<RunDocument, 'equity'>): void {
  const chart = newChart(box)
  const { profit, bad } = colours()
  const samples = lastOfEachSecond(equity.at)
  const top = chart.addSeries(AreaSeries, {
    lineColor: profit,
    topColor: faded(profit, 0.25),
    bottomColor: faded(profit, 0.02),
    lineWidth: 2,
    priceLineVisible: false,
  })
  top.setData(samples.map(([time, index]) => ({ time, value: equity.equity[index] as number })))
  const bottom = chart.addSeries(
    AreaSeries,
    {
      lineColor: bad,
      topColor: faded(bad, 0.05),
      bottomColor: faded(bad, 0.3),
      invertFilledArea: true,
      lineWidth: 1,
      priceLineVisible: false,
      priceFormat: { type: 'custom', formatter: (value: number) => `${value.toFixed(1)} %`, minMove: 0.1 },
    },
    1,
  )
  bottom.setData(samples.map(([time, index]) => ({ time, value: equity.drawdownPercent[index] as number })))
  chart.panes()[1]?.setHeight(110)
  chart.timeScale().fitContent()
}

/** The chart takes one value a second, rising. */
function lastOfEachSecond(at: readonly number[]): readonly (readonly [UTCTimestamp, number])[] {
  const bySecond = new Map(at.map((time, index) => [seconds(time), index]))
  return [...bySecond]
}

function faded(colour: string, alpha: number): string {
  return colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`)
}

/** Candles with the trades on them. */
export interface TradeChart {
  /** Shows a trade with its levels. */
  show(trade: RunTrade): void
}

/** Draws candles and an arrow for each entry and exit that they reach. */
export function drawCandles(
  box: HTMLElement,
  { candles, market }: RunDocument,
  trades: readonly RunTrade[],
): TradeChart {
  const chart = newChart(box)
  const { ok, bad, text } = colours()
  const series = chart.addSeries(CandlestickSeries, {
    upColor: 'transparent',
    downColor: text,
    borderUpColor: text,
    borderDownColor: text,
    wickUpColor: text,
    wickDownColor: text,
    priceLineVisible: false,
    priceFormat: { type: 'price', precision: market.digits, minMove: 10 ** -market.digits },
  })
  series.setData(
    candles.at.map((at, i) => ({
      time: seconds(at),
      open: candles.open[i] as number,
      high: candles.high[i] as number,
      low: candles.low[i] as number,
      close: candles.close[i] as number,
    })),
  )
  createSeriesMarkers(series, markersOf(trades, candles.at))
  chart.timeScale().setVisibleLogicalRange({ from: candles.at.length - 160, to: candles.at.length + 4 })
  let lines: readonly IPriceLine[] = []
  return {
    show(trade) {
      for (const line of lines) series.removePriceLine(line)
      lines = levelsOf(series, trade, { ok, bad, text })
      const [from, to] = [candleOf(candles.at, trade.openedAt), candleOf(candles.at, trade.closedAt)]
      const around = Math.max(30, (to - from) * 2)
      chart.timeScale().setVisibleLogicalRange({ from: from - around, to: to + around })
    },
  }
}

function levelsOf(
  series: ISeriesApi<'Candlestick'>,
  trade: RunTrade,
  { ok, bad, text }: { readonly ok: string; readonly bad: string; readonly text: string },
): readonly IPriceLine[] {
  const level = (price: number | undefined, title: string, color: string, lineStyle: 0 | 2) =>
    price === undefined
      ? []
      : [series.createPriceLine({ price, title, color, lineStyle, lineWidth: 1, axisLabelVisible: true })]
  return [
    ...level(trade.entryPrice, 'entry', text, 0),
    ...level(trade.initialStopLoss, 'first stop', bad, 2),
    ...level(trade.stopLoss === trade.initialStopLoss ? undefined : trade.stopLoss, 'stop', bad, 2),
    ...level(trade.takeProfit, 'target', ok, 2),
    ...level(trade.exitPrice, 'exit', text, 2),
  ]
}

function markersOf(trades: readonly RunTrade[], at: readonly number[]): SeriesMarker<Time>[] {
  const { profit, loss } = colours()
  const markers = trades.flatMap((trade): SeriesMarker<Time>[] => {
    const [entry, exit] = [at[candleOf(at, trade.openedAt)], at[candleOf(at, trade.closedAt)]]
    if (entry === undefined || exit === undefined) return []
    const isLong = trade.side === 'buy'
    return [
      {
        time: seconds(entry),
        position: isLong ? 'belowBar' : 'aboveBar',
        shape: isLong ? 'arrowUp' : 'arrowDown',
        color: isLong ? profit : loss,
      },
      {
        time: seconds(exit),
        position: isLong ? 'aboveBar' : 'belowBar',
        shape: 'circle',
        color: trade.net > 0 ? profit : loss,
        size: 0.6,
      },
    ]
  })
  return markers.sort((a, b) => Number(a.time) - Number(b.time))
}

/** Index of the candle that holds an instant. */
function candleOf(at: readonly number[], instant: number): number {
  let [low, high] = [0, at.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((at[middle] as number) <= instant) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}
