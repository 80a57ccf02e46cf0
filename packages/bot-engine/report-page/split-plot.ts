import { svg } from './dom.ts'
import { number } from './text.ts'

/** A bar of a histogram on two sides of a middle. */
export interface SplitBar {
  readonly value: number
  /** Told by the pointer and to those who cannot see. */
  readonly title: string
}

const WIDTH = 520
const HEIGHT = 200
const EDGE = { top: 26, right: 8, bottom: 24, left: 40 }

/** A histogram whose left half is bad and whose right half is good, with the middle drawn. */
export function splitPlot(
  label: string,
  bars: readonly SplitBar[],
  names: { readonly below: string; readonly above: string; readonly ends: readonly [string, string] },
): SVGElement {
  const most = Math.max(1, ...bars.map(({ value }) => value))
  const ground = HEIGHT - EDGE.bottom
  const y = (value: number) => ground - (value / most) * (ground - EDGE.top)
  const step = (WIDTH - EDGE.left - EDGE.right) / Math.max(1, bars.length)
  const middle = EDGE.left + (bars.length / 2) * step
  const text = (x: number, at: number, anchor: string, words: string) =>
    svg('text', { x, y: at, class: 'tick', 'text-anchor': anchor }, words)
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label, class: 'split' },
    text(EDGE.left - 6, y(most) + 4, 'end', number(most, 0)),
    text(EDGE.left - 6, ground + 4, 'end', '0'),
    text(middle - 8, 13, 'end', names.below),
    text(middle + 8, 13, 'start', names.above),
    text(EDGE.left, HEIGHT - 7, 'start', names.ends[0]),
    text(WIDTH - EDGE.right, HEIGHT - 7, 'end', names.ends[1]),
    text(middle, HEIGHT - 7, 'middle', 'median'),
    bars.map(({ value, title }, i) =>
      svg(
        'rect',
        {
          x: EDGE.left + i * step + step * 0.08,
          width: step * 0.84,
          y: y(value),
          height: ground - y(value),
          class: `bar ${i < bars.length / 2 ? 'loss' : 'profit'}`,
        },
        svg('title', {}, title),
      ),
    ),
    svg('line', { x1: EDGE.left, x2: WIDTH - EDGE.right, y1: ground, y2: ground, class: 'axis' }),
    svg('line', { x1: middle, x2: middle, y1: 4, y2: ground, class: 'axis middle' }),
  )
}
