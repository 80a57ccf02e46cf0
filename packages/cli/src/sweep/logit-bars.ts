import type { LogitBin } from '@openclaw-trading/bot-engine/research'

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/**
 * The rank of the chosen run in the other half of the days, over all splits, as bars from the worst to the best: what
 * lies left of the middle is overfitting. An empty bin is a blank.
 */
export function logitBars(bins: readonly LogitBin[]): string {
  const highest = Math.max(1, ...bins.map(({ count }) => count))
  const bars = bins.map(({ count }) =>
    count === 0 ? ' ' : (BARS[Math.ceil((count / highest) * BARS.length) - 1] ?? BARS[0]),
  )
  const half = bars.length / 2
  return `worst ${bars.slice(0, half).join('')}│${bars.slice(half).join('')} best`
}
