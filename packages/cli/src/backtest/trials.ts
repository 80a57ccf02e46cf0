import type { BacktestReport } from '@openclaw-trading/bot-engine'
import { deflatedEquity, equitySpan, trialOf } from '@openclaw-trading/bot-engine/research'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import type { Warning } from '../output.ts'
import { percentText } from '../research/held-back.ts'
import { projectLedger } from '../research/ledger.ts'
import type { PreparedRun } from '../research/prepare.ts'
import { identityOf } from './identity.ts'
import { equityBetween, type RunPart } from './parts.ts'

/** How often one has tried on this market, and what that leaves of a run. */
export interface TrialFacts {
  /** Trials over rows of the part that one chooses by, this one included. */
  readonly count: number
  /** Of that part; `undefined` without a base for it. */
  readonly deflatedSharpe: number | undefined
  /** Time of that part. */
  readonly span: { readonly from: number; readonly to: number }
  /** Other trials over rows of the part that is told apart. */
  readonly outOfSample: number
}

/** Counts a run in the project's ledger of trials, and judges its in-sample part by all that were counted. */
export function countTrial(
  { equity }: BacktestReport,
  prepared: PreparedRun,
  [inSample, outOfSample]: readonly RunPart[],
): TrialFacts {
  const { project, source, params } = prepared
  const ledger = projectLedger(project)
  const identity = identityOf(prepared)
  const isWhole = inSample === undefined || outOfSample === undefined
  const chosenBy = isWhole ? equity : equityBetween(equity, inSample.from, inSample.to)
  const trial = trialOf(source.strategy, { params, equity: chosenBy }, identity)
  const apart = outOfSample && { from: outOfSample.from, to: identity.span.to }
  const others = apart && ledger.count({ ...identity, span: apart, except: trial })
  ledger.record([trial])
  const span = equitySpan(chosenBy)
  const count = ledger.count({ ...identity, span })
  return {
    count: count.trials,
    deflatedSharpe: deflatedEquity(chosenBy, count),
    span,
    outOfSample: others?.trials ?? 0,
  }
}

/** The parts as they may be called: rows that others were tried on are not out of sample. */
export function namedParts(
  [inSample, outOfSample, ...rest]: readonly RunPart[],
  others: number,
  share: number,
): readonly RunPart[] {
  if (inSample === undefined || outOfSample === undefined || others === 0)
    return [inSample, outOfSample, ...rest].filter(part => part !== undefined)
  return [inSample, { ...outOfSample, name: `last ${percentText(share)} %` }, ...rest]
}

/** That the last part of the rows is not out of sample. */
export function triedBefore(others: number, share: number): Warning {
  const trials = others === 1 ? '1 other trial was' : `${grouped(others)} other trials were`
  return {
    code: 'tried-before',
    message: `${trials} run over rows of the last ${percentText(share)} %: what was chosen may have been chosen by them, so they are not out of sample. Judge on data that nothing was tried on.`,
  }
}
