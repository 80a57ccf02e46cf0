import type { EquityColumns } from '@openclaw-trading/bot-engine'
import { dailyReturns } from '@openclaw-trading/bot-engine/research'
import { deflatedSharpe, sharpeSample } from '@openclaw-trading/bot-engine/statistics'
import { equityBetween, type RunPart } from './parts.ts'
import type { TrialFacts } from './trials.ts'

/** How sure it is that the in-sample result is not the luckiest of all trials; none without a base for it. */
export function deflatedOf(
  equity: EquityColumns,
  [part]: readonly RunPart[],
  { count, sharpeVariance }: TrialFacts,
): number | undefined {
  if (part === undefined) return undefined
  const sample = sharpeSample(dailyReturns(equityBetween(equity, part.from, part.to)))
  return sample === undefined ? undefined : deflatedSharpe(sample, { trials: count, sharpeVariance })
}
