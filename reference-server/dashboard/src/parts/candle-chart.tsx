import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { ChartBar, ChartData, PositionRow } from '../contract.ts'
import { priceText } from '../number-text.ts'
import { useStore } from '../store.ts'
import { themeStore } from '../theme.ts'
import { dayText, minuteText } from '../time-text.ts'
import type { TradeMark } from '../trade-marks.ts'
import { CandlePlot } from './candle-plot.ts'

/** The candles with trades and levels. Loaded on demand, because it brings the chart library. */
export function CandleChart({
  chart,
  marks,
  levels,
  summary,
  onCursor,
}: {
  chart: ChartData
  marks: readonly TradeMark[]
  levels: readonly PositionRow[]
  /** The sentence that stands for the picture. */
  summary: string
  /** Opening time of the candle under the cursor, or null. */
  onCursor: (at: number | null) => void
}) {
  const host = useRef<HTMLDivElement>(null)
  const plot = usePlot(host, chart.digits, onCursor)
  useEffect(() => plot?.showBars(chart), [plot, chart])
  useEffect(() => plot?.showTrades(marks), [plot, marks])
  useEffect(() => plot?.showLevels(levels), [plot, levels])
  const { spoken, onKey } = useChartKeys(plot, chart, marks)
  return (
    <div
      role="application"
      aria-roledescription="candle chart"
      aria-label={`${summary} Arrow keys go from candle to candle.`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the chart is read candle by candle with the keyboard
      tabIndex={0}
      onKeyDown={onKey}
      className="absolute inset-0 rounded-lg outline-offset-[-2px]"
    >
      <div ref={host} data-testid="candles" className="h-full" />
      <p aria-live="polite" className="sr-only">
        {spoken}
      </p>
    </div>
  )
}

function usePlot(
  host: React.RefObject<HTMLDivElement | null>,
  digits: number,
  onCursor: (at: number | null) => void,
): CandlePlot | null {
  const [plot, setPlot] = useState<CandlePlot | null>(null)
  const theme = useStore(themeStore)
  useEffect(() => {
    if (host.current === null) return
    const made = new CandlePlot(host.current, digits, onCursor)
    const system = matchMedia('(prefers-color-scheme: dark)')
    const recolour = () => made.recolour(digits)
    system.addEventListener('change', recolour)
    setPlot(made)
    return () => {
      system.removeEventListener('change', recolour)
      setPlot(null)
      made.destroy()
    }
  }, [host, digits, onCursor])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme is the reason to read the colours again
  useEffect(() => plot?.recolour(digits), [plot, digits, theme])
  return plot
}

const ZOOM = 0.8

function useChartKeys(plot: CandlePlot | null, chart: ChartData, marks: readonly TradeMark[]) {
  const { bars, digits } = chart
  const [cursor, setCursor] = useState<number | null>(null)
  const [spoken, setSpoken] = useState('')
  const go = (index: number) => {
    const to = Math.min(bars.length - 1, Math.max(0, index))
    const bar = bars[to]
    if (bar === undefined) return
    setCursor(to)
    plot?.point(to)
    setSpoken(candleSentence(bar, digits, marks))
  }
  const at = cursor ?? bars.length
  const keys = new Map<string, (step: number) => void>([
    ['ArrowLeft', step => go(at - step)],
    ['ArrowRight', step => go(at + step)],
    ['Home', () => go(0)],
    ['End', () => go(bars.length - 1)],
    ['+', () => plot?.zoom(ZOOM)],
    ['-', () => plot?.zoom(1 / ZOOM)],
    ['t', () => go(nextTrade(bars, marks, cursor))],
  ])
  const onKey = (event: KeyboardEvent) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys.get(event.key)
    if (act === undefined) return
    event.preventDefault()
    event.stopPropagation()
    act(event.shiftKey ? 10 : 1)
  }
  return { spoken, onKey }
}

/** Index of the candle with the next entry after the cursor; from the last one round to the first. */
function nextTrade(bars: readonly ChartBar[], marks: readonly TradeMark[], cursor: number | null): number {
  const after = cursor === null ? -1 : (bars[cursor]?.openedAt ?? -1)
  const mark = marks.find(entry => entry.entry.at > after) ?? marks[0]
  return mark === undefined ? bars.length - 1 : bars.findIndex(bar => bar.openedAt === mark.entry.at)
}

function candleSentence(bar: ChartBar, digits: number, marks: readonly TradeMark[]): string {
  const price = (value: number) => priceText(value, digits)
  const here = marks.flatMap(mark => [
    ...(mark.entry.at === bar.openedAt ? [`${mark.side} entry at ${price(mark.entry.price)}`] : []),
    ...(mark.exit !== null && mark.exit.at === bar.openedAt
      ? [`exit at ${price(mark.exit.price)}, ${mark.text}`]
      : []),
  ])
  const candle = `${dayText(bar.openedAt)} ${minuteText(bar.openedAt)}, open ${price(bar.open)}, high ${price(bar.high)}, low ${price(bar.low)}, close ${price(bar.close)}`
  return [candle, ...here].join('. ')
}
