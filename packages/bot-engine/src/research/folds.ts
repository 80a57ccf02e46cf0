import { EngineError } from '../errors.ts'

/** A span of time in milliseconds since 1970, its end excluded. */
export interface TimeSpan {
  readonly from: number
  readonly to: number
}

/** Which data a step of a walk-forward chooses on, and which it is judged on. */
export interface FoldSpans {
  readonly inSample: TimeSpan
  readonly outOfSample: TimeSpan
}

/** How data are cut into folds. */
export interface FoldOptions {
  /** `rolling`: in-sample spans of one length; `anchored`: all of them begin with the data. Default `rolling`. */
  readonly mode?: 'rolling' | 'anchored'
  /** Length of the (first) in-sample span, gaps included. */
  readonly inSampleMs: number
  /** Length of the out-of-sample spans; they follow each other without a gap, the last one may be shorter. */
  readonly outOfSampleMs: number
  /** Left out at the end of each in-sample span: as long as a trade may last, so that none reaches the next span. Default 0. */
  readonly purgeMs?: number
  /** Left out in addition, for what remains dependent longer than a trade lasts. Default 0. */
  readonly embargoMs?: number
}

/**
 * Cuts a span into folds: each chooses on the past alone, and the out-of-sample spans tile what follows the first
 * in-sample span.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function foldsOf(span: TimeSpan, options: FoldOptions): readonly FoldSpans[] {
  const { mode = 'rolling', inSampleMs, outOfSampleMs, purgeMs = 0, embargoMs = 0 } = options
  const gap = purgeMs + embargoMs
  const isRight = inSampleMs > gap && outOfSampleMs > 0 && purgeMs >= 0 && embargoMs >= 0
  if (!isRight || !Number.isFinite(inSampleMs + outOfSampleMs + gap))
    throw new EngineError(
      'invalid-options',
      `inSampleMs ${inSampleMs}, outOfSampleMs ${outOfSampleMs}, purgeMs ${purgeMs}, embargoMs ${embargoMs} make no folds. Use lengths above 0, the in-sample one longer than both gaps together.`,
      { details: { inSampleMs, outOfSampleMs, purgeMs, embargoMs } },
    )
  const folds: FoldSpans[] = []
  for (let start = span.from + inSampleMs; start < span.to; start += outOfSampleMs)
    folds.push({
      inSample: { from: mode === 'anchored' ? span.from : start - inSampleMs, to: start - gap },
      outOfSample: { from: start, to: Math.min(start + outOfSampleMs, span.to) },
    })
  if (folds.length > 0) return folds
  const days = (ms: number): string => (ms / 86_400_000).toFixed(1)
  throw new EngineError(
    'invalid-options',
    `The data span ${days(span.to - span.from)} days and the first in-sample span is ${days(inSampleMs)}: nothing is left to be judged on. Give more data, or a shorter span.`,
    { details: { ...span, inSampleMs } },
  )
}
