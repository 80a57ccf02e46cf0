import {
  type AutoscaleInfo,
  CandlestickSeries,
  ColorType,
  createChart,
  createSeriesMarkers,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineStyle,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts'
import { barUpdates } from '../bars.ts'
import type { ChartBar, ChartData, PositionRow } from '../contract.ts'
import { priceText } from '../number-text.ts'
import { absoluteText } from '../time-text.ts'
import type { TradeMark } from '../trade-marks.ts'
import { type ChartColours, readChartColours } from './chart-colours.ts'
import { TradeLines } from './trade-lines.ts'

// Texts of older results would cover the candles.
const LABELLED_TRADES = 8
const BAR_WIDTH_PX = 7

/** The plot of a candle chart: owns the library's objects and changes only what changed. */
export class CandlePlot {
  readonly #host: HTMLElement
  readonly #chart: IChartApi
  readonly #series: ISeriesApi<'Candlestick', Time>
  readonly #markers: ISeriesMarkersPluginApi<Time>
  readonly #lines = new TradeLines()
  readonly #onCursor: (at: number | null) => void
  #colours: ChartColours
  #bars: readonly ChartBar[] = []
  #marks: readonly TradeMark[] = []
  #levels: readonly PositionRow[] = []
  #priceLines: IPriceLine[] = []

  constructor(host: HTMLElement, digits: number, onCursor: (at: number | null) => void) {
    this.#host = host
    this.#onCursor = onCursor
    this.#colours = readChartColours(host)
    this.#chart = createChart(host, { autoSize: true })
    this.#series = this.#chart.addSeries(CandlestickSeries, {
      priceFormat: { type: 'price', precision: digits, minMove: 10 ** -digits },
      autoscaleInfoProvider: (original: () => AutoscaleInfo | null) => this.#withLevels(original()),
    })
    this.#markers = createSeriesMarkers(this.#series, [])
    this.#series.attachPrimitive(this.#lines)
    this.#chart.subscribeCrosshairMove(event => {
      onCursor(typeof event.time === 'number' ? event.time * 1000 : null)
    })
    this.recolour(digits)
  }

  /** Takes the colours of the theme anew. */
  recolour(digits: number): void {
    this.#colours = readChartColours(this.#host)
    const { background, text, muted, hairline, border, profit, loss, fontFamily } = this.#colours
    this.#chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: background },
        textColor: muted,
        fontFamily,
        attributionLogo: true,
      },
      grid: { vertLines: { color: hairline }, horzLines: { color: hairline } },
      crosshair: {
        vertLine: { color: border, labelBackgroundColor: text },
        horzLine: { color: border, labelBackgroundColor: text },
      },
      rightPriceScale: { borderVisible: false },
      timeScale: {
        borderColor: hairline,
        timeVisible: true,
        secondsVisible: false,
        rightOffset: 5,
        minBarSpacing: 1,
      },
      localization: {
        priceFormatter: (price: number) => priceText(price, digits),
        timeFormatter: (time: Time) =>
          typeof time === 'number' ? absoluteText(time * 1000).slice(0, 16) : '',
      },
    })
    this.#series.applyOptions({
      upColor: profit,
      wickUpColor: profit,
      borderUpColor: profit,
      downColor: loss,
      wickDownColor: loss,
      borderDownColor: loss,
      priceLineColor: muted,
    })
    this.showTrades(this.#marks)
    this.#drawLevels()
  }

  /** Draws the candles; only those that changed when the past is the same. */
  showBars(chart: ChartData): void {
    const updates = barUpdates(this.#bars, chart.bars)
    const first = this.#bars.length === 0
    this.#bars = chart.bars
    if (updates === null) this.#series.setData(chart.bars.map(candle))
    else for (const bar of updates) this.#series.update(candle(bar))
    if (first && chart.bars.length > 0) this.end()
    // The library draws its attribution link late and without a name.
    this.#host.querySelector('#tv-attr-logo')?.setAttribute('aria-label', 'Charts by TradingView')
  }

  /** Draws entries, exits and what lies between; an empty list clears them. */
  showTrades(marks: readonly TradeMark[]): void {
    this.#marks = marks
    const labelled = new Set(marks.slice(-LABELLED_TRADES).map(mark => mark.key))
    this.#markers.setMarkers(
      marks
        .flatMap(mark => markersOf(mark, this.#colours, labelled.has(mark.key)))
        .sort((a, b) => Number(a.time) - Number(b.time)),
    )
    this.#lines.show(marks, this.#colours)
  }

  /** Draws entry, stop and target of open positions; an empty list clears them. */
  showLevels(positions: readonly PositionRow[]): void {
    this.#levels = positions
    this.#drawLevels()
  }

  /** Puts the cursor on a candle and brings it into sight. */
  point(index: number): void {
    const bar = this.#bars[index]
    if (bar === undefined) return
    const scale = this.#chart.timeScale()
    const range = scale.getVisibleLogicalRange()
    if (range !== null && (index < range.from || index > range.to)) {
      const half = (range.to - range.from) / 2
      scale.setVisibleLogicalRange({ from: index - half, to: index + half })
    }
    // The new range takes effect with the next frame; before it the cursor would land on the old scale.
    requestAnimationFrame(() => {
      this.#chart.setCrosshairPosition(bar.close, seconds(bar.openedAt), this.#series)
      this.#onCursor(bar.openedAt)
    })
  }

  /** Shows fewer candles (`factor` < 1) or more. */
  zoom(factor: number): void {
    const scale = this.#chart.timeScale()
    const range = scale.getVisibleLogicalRange()
    if (range === null) return
    scale.setVisibleLogicalRange({ from: range.to - (range.to - range.from) * factor, to: range.to })
  }

  /** Goes to the newest candles at a readable zoom. */
  end(): void {
    const last = this.#bars.length - 1
    const shown = Math.max(40, Math.floor(this.#host.clientWidth / BAR_WIDTH_PX))
    this.#chart.timeScale().setVisibleLogicalRange({ from: last - shown, to: last + 5 })
  }

  /** Frees the library's objects. */
  destroy(): void {
    this.#chart.remove()
  }

  #drawLevels(): void {
    for (const line of this.#priceLines) this.#series.removePriceLine(line)
    const { muted, loss, profit } = this.#colours
    const add = (price: number | null, color: string, lineStyle: LineStyle, title: string) =>
      price === null
        ? []
        : [
            this.#series.createPriceLine({
              price,
              color,
              lineStyle,
              lineWidth: 1,
              axisLabelVisible: true,
              title,
            }),
          ]
    this.#priceLines = this.#levels.flatMap(position => [
      ...add(position.entryPrice, muted, LineStyle.Solid, position.side === 'buy' ? 'Long' : 'Short'),
      ...add(position.stopLoss, loss, LineStyle.Dashed, 'Stop'),
      ...add(position.takeProfit, profit, LineStyle.Dashed, 'Target'),
    ])
  }

  /** Stop and target belong on the screen, unless they are so far away that the candles would become a line. */
  #withLevels(info: AutoscaleInfo | null): AutoscaleInfo | null {
    if (info === null || info.priceRange === null) return info
    let { minValue, maxValue } = info.priceRange
    const reach = (maxValue - minValue) * 2
    const low = minValue - reach
    const high = maxValue + reach
    for (const { stopLoss, takeProfit, entryPrice } of this.#levels)
      for (const price of [stopLoss, takeProfit, entryPrice]) {
        if (price === null || price < low || price > high) continue
        minValue = Math.min(minValue, price)
        maxValue = Math.max(maxValue, price)
      }
    return { ...info, priceRange: { minValue, maxValue } }
  }
}

function markersOf(mark: TradeMark, colours: ChartColours, labelled: boolean): SeriesMarker<Time>[] {
  const buy = mark.side === 'buy'
  const entry: SeriesMarker<Time> = {
    time: seconds(mark.entry.at),
    position: buy ? 'belowBar' : 'aboveBar',
    shape: buy ? 'arrowUp' : 'arrowDown',
    color: colours.text,
    size: 0.9,
    ...(mark.exit === null ? { text: mark.text } : {}),
  }
  if (mark.exit === null) return [entry]
  const exit: SeriesMarker<Time> = {
    time: seconds(mark.exit.at),
    position: buy ? 'aboveBar' : 'belowBar',
    shape: mark.direction === 'loss' ? 'square' : 'circle',
    color:
      mark.direction === 'profit' ? colours.profit : mark.direction === 'loss' ? colours.loss : colours.muted,
    size: 0.7,
    ...(labelled ? { text: mark.text } : {}),
  }
  return [entry, exit]
}

function candle(bar: ChartBar) {
  return { time: seconds(bar.openedAt), open: bar.open, high: bar.high, low: bar.low, close: bar.close }
}

function seconds(at: number): UTCTimestamp {
  return (at / 1000) as UTCTimestamp
}
