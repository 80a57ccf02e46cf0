import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesApi,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  Time,
  UTCTimestamp,
} from 'lightweight-charts'
import type { TradeMark } from '../trade-marks.ts'
import type { ChartColours } from './chart-colours.ts'

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0]
type Scope = Parameters<Parameters<Target['useBitmapCoordinateSpace']>[0]>[0]

/** Draws a dashed line from entry to exit of each closed trade, in the colour of its result. */
export class TradeLines implements ISeriesPrimitive<Time> {
  #marks: readonly TradeMark[] = []
  #colours: ChartColours | null = null
  #chart: SeriesAttachedParameter<Time>['chart'] | null = null
  #series: ISeriesApi<'Candlestick', Time> | null = null
  #requestUpdate: (() => void) | null = null
  readonly #view: IPrimitivePaneView = {
    zOrder: () => 'normal',
    renderer: () => ({ draw: target => this.#draw(target) }),
  }

  /** Replaces what is drawn. */
  show(marks: readonly TradeMark[], colours: ChartColours): void {
    this.#marks = marks
    this.#colours = colours
    this.#requestUpdate?.()
  }

  /** Called by the chart. */
  attached(parameters: SeriesAttachedParameter<Time>): void {
    this.#chart = parameters.chart
    this.#series = parameters.series as ISeriesApi<'Candlestick', Time>
    this.#requestUpdate = parameters.requestUpdate
  }

  /** Called by the chart. */
  detached(): void {
    this.#chart = null
    this.#series = null
    this.#requestUpdate = null
  }

  /** Called by the chart. */
  paneViews(): readonly IPrimitivePaneView[] {
    return [this.#view]
  }

  #draw(target: Target): void {
    // biome-ignore lint/correctness/useHookAtTopLevel: a method of the canvas, no hook
    target.useBitmapCoordinateSpace(scope => {
      const { context, horizontalPixelRatio, verticalPixelRatio } = scope
      context.save()
      context.lineWidth = 1.5 * verticalPixelRatio
      context.setLineDash([4 * horizontalPixelRatio, 3 * horizontalPixelRatio])
      for (const mark of this.#marks) this.#line(mark, scope)
      context.restore()
    })
  }

  #line(mark: TradeMark, { context, horizontalPixelRatio, verticalPixelRatio }: Scope): void {
    const colours = this.#colours
    if (colours === null || mark.exit === null) return
    const from = this.#point(mark.entry)
    const to = this.#point(mark.exit)
    if (from === null || to === null) return
    context.strokeStyle = mark.direction === 'flat' ? colours.muted : colours[mark.direction]
    context.beginPath()
    context.moveTo(from.x * horizontalPixelRatio, from.y * verticalPixelRatio)
    context.lineTo(to.x * horizontalPixelRatio, to.y * verticalPixelRatio)
    context.stroke()
  }

  #point(end: { at: number; price: number }): { x: number; y: number } | null {
    const x = this.#chart?.timeScale().timeToCoordinate((end.at / 1000) as UTCTimestamp) ?? null
    const y = this.#series?.priceToCoordinate(end.price) ?? null
    return x === null || y === null ? null : { x, y }
  }
}
