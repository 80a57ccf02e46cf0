import { svg } from './dom.ts'
import { number } from './text.ts'

/** One bar of a bar chart. */
export interface PlotBar {
  readonly label: string
  readonly value: number
  /** Told by the pointer and to those who cannot see. */
  readonly title: string
}

const WIDTH = 520
const HEIGHT = 190
const EDGE = { top: 14, right: 8, bottom: 22, left: 56 }

/** Bars up and down from zero, with the ends of the scale named. */
export function barPlot(
  label: string,
  bars: readonly PlotBar[],
  options: { readonly signed: boolean; readonly digits?: number },
): SVGElement {
  const values = bars.map(({ value }) => value)
  const [most, least] = [Math.max(0, ...values), Math.min(0, ...values)]
  const span = most - least || 1
  const y = (value: number) => EDGE.top + ((most - value) / span) * (HEIGHT - EDGE.top - EDGE.bottom)
  const step = (WIDTH - EDGE.left - EDGE.right) / Math.max(1, bars.length)
  const every = Math.max(1, Math.ceil((bars.length * 34) / (WIDTH - EDGE.left)))
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label },
    scaleLabel(y(most), number(most, options.digits ?? 0)),
    least < 0 ? scaleLabel(y(least), number(least, options.digits ?? 0)) : undefined,
    svg('line', { x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(0), y2: y(0), class: 'axis' }),
    bars.map((bar, index) => {
      const x = EDGE.left + index * step
      const tone = options.signed ? (bar.value < 0 ? 'loss' : 'profit') : 'plain'
      return [
        svg(
          'rect',
          {
            x: x + step * 0.12,
            width: step * 0.76,
            y: Math.min(y(bar.value), y(0)),
            height: Math.abs(y(bar.value) - y(0)),
            class: `bar ${tone}`,
          },
          svg('title', {}, bar.title),
        ),
        index % every === 0
          ? svg('text', { x: x + step / 2, y: HEIGHT - 6, class: 'tick', 'text-anchor': 'middle' }, bar.label)
          : undefined,
      ]
    }),
  )
}

function scaleLabel(y: number, text: string): SVGElement {
  return svg('text', { x: EDGE.left - 6, y: y + 4, class: 'tick', 'text-anchor': 'end' }, text)
}

/** One point of a scatter. */
export interface PlotPoint {
  readonly x: number
  readonly y: number
  readonly won: boolean
  readonly title: string
}

/** Points on two axes from zero, with the ends of the scales named. */
export function scatterPlot(
  label: string,
  points: readonly PlotPoint[],
  axes: { readonly x: string; readonly y: string },
): SVGElement {
  const [mostX, mostY] = [quantile(points.map(({ x }) => x)), quantile(points.map(({ y }) => y))]
  const x = (value: number) => EDGE.left + (Math.min(value, mostX) / mostX) * (WIDTH - EDGE.left - EDGE.right)
  const y = (value: number) =>
    HEIGHT - EDGE.bottom - (Math.min(value, mostY) / mostY) * (HEIGHT - EDGE.top - EDGE.bottom)
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label },
    svg('line', { x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(0), y2: y(0), class: 'axis' }),
    svg('line', { x1: x(0), x2: x(0), y1: EDGE.top, y2: HEIGHT - EDGE.bottom, class: 'axis' }),
    points.map(point =>
      svg(
        point.won ? 'circle' : 'path',
        point.won
          ? { cx: x(point.x), cy: y(point.y), r: 2.6, class: 'dot profit' }
          : { d: cross(x(point.x), y(point.y)), class: 'dot loss' },
        svg('title', {}, point.title),
      ),
    ),
    scaleLabel(y(mostY), number(mostY, 1)),
    svg(
      'text',
      { x: WIDTH - EDGE.right, y: HEIGHT - 6, class: 'tick', 'text-anchor': 'end' },
      `${axes.x} ${number(mostX, 1)}`,
    ),
    svg('text', { x: EDGE.left + 6, y: EDGE.top - 2, class: 'tick' }, axes.y),
  )
}

/** A few extremes would press all others into a corner; those beyond stand at the edge. */
function quantile(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.98))] || 1
}

function cross(x: number, y: number): string {
  return `M${x - 2.4} ${y - 2.4}l4.8 4.8m0 -4.8l-4.8 4.8`
}
