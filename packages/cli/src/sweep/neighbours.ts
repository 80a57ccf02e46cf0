import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import { type Neighbourhood, neighboursOf, type SweepRun } from '@openclaw-trading/bot-engine/research'
import type { Warning } from '../output.ts'
import type { SearchOptions } from '../research/search-options.ts'
import { shownUnits } from '../research/shown-score.ts'
import { scoreText } from './heat-map.ts'

type Asked = Pick<SearchOptions, 'axis' | 'objective' | 'leastTrades'>
type Run = SweepRun<AnyStrategy>

/** How the score changes one step aside of the best. `undefined`: there is no best, or no axis of numbers. */
export function neighbourhoodOf(
  best: Run | undefined,
  runs: readonly Run[],
  { axis, objective, leastTrades }: Asked,
): Neighbourhood | undefined {
  if (best === undefined) return undefined
  const grid = Object.fromEntries(axis.map(({ name, values }) => [name, values]))
  const found = neighboursOf(best, runs, {
    grid,
    objective,
    ...(leastTrades !== undefined && { leastTrades }),
  })
  return found.steps.length === 0 ? undefined : found
}

/** The same with scores as one reads them. */
export function shownNeighbourhood(
  found: Neighbourhood,
  objective: Asked['objective'],
  { report }: Run,
): Neighbourhood {
  const units = shownUnits(objective, report)
  const { steps, mean, least } = found
  return {
    ...found,
    steps: steps.map(step => (step.score === undefined ? step : { ...step, score: step.score / units })),
    mean: mean === undefined ? undefined : mean / units,
    least: least === undefined ? undefined : least / units,
  }
}

const value = (score: number | undefined): string => scoreText(score, Number.NaN)

/** E.g. `mean 0.98, least 0.70: a plateau · period 15 0.88, 25 1.10 · deviation 2.25 0.70 (the best is at its end)`. */
export function neighboursText({ steps, atEnd, mean, least, shape }: Neighbourhood): string {
  const axes = [...new Set(steps.map(({ axis }) => axis))].map(axis => {
    const told = steps
      .filter(step => step.axis === axis)
      .map(
        step =>
          `${step.value} ${step.wasRun ? (step.score === undefined ? 'no score' : value(step.score)) : 'not run'}`,
      )
    return `${axis} ${told.join(', ')}${atEnd.includes(axis) ? ' (the best is at its end)' : ''}`
  })
  const sums = mean === undefined ? 'none has a score' : `mean ${value(mean)}, least ${value(least)}`
  return [`${sums}${shape === undefined ? '' : `: ${SHAPES[shape]}`}`, ...axes].join(' · ')
}

const SHAPES = { plateau: 'a plateau', slope: 'a slope', peak: 'a lonely peak' } as const

/** For programs, in the units of `score`. */
export function neighboursData(found: Neighbourhood | undefined) {
  if (found === undefined) return null
  const { steps, atEnd, mean, least, kept, shape } = found
  return {
    mean: mean ?? null,
    least: least ?? null,
    kept: kept ?? null,
    shape: shape ?? null,
    atEnd,
    steps: steps.map(({ axis, value: of, score, wasRun }) => ({
      axis,
      value: of,
      score: score ?? null,
      wasRun,
    })),
  }
}

/** That the best stands alone. */
export function lonelyPeak(found: Neighbourhood | undefined, objective: string): readonly Warning[] {
  if (found?.shape !== 'peak' || found.kept === undefined) return []
  const left = found.kept <= 0 ? 'nothing' : `${(found.kept * 100).toFixed(0)} %`
  return [
    {
      code: 'lonely-peak',
      message: `the best is a lonely peak: one step aside ${left} of its ${objective} is left on average – more likely luck than a value to trade with.`,
    },
  ]
}
