/** A regime as one bar tells it. */
export type Label = (typeof LABELS)[number]

const LABELS = ['trending', 'ranging', 'volatile'] as const
/**
 * Share of bars whose label is that of the market; the others are shared evenly. At the edge between two buckets labels
 * take turns, so a single one proves little: about five in a row turn a settled posterior.
 */
const HIT = 0.6
/** Probability that the market changes with a bar: a regime of 50 bars, more than the dwell and less than a lookback. */
const HAZARD = 1 / 50

/** Posterior of the regimes given the labels so far: a forward filter, which no later bar changes; O(1) a bar. */
export class LabelFilter {
  #posterior: readonly number[] | undefined

  /** Takes the label of a closed bar. */
  push(label: Label): void {
    const others = (1 - HIT) / (LABELS.length - 1)
    const likelihoods = LABELS.map(known => (known === label ? HIT : others))
    const prior = this.#posterior?.map(p => p * (1 - HAZARD) + ((1 - p) * HAZARD) / (LABELS.length - 1))
    const weights = likelihoods.map((likelihood, i) => likelihood * (prior?.[i] ?? 1 / LABELS.length))
    const sum = weights.reduce((total, weight) => total + weight, 0)
    this.#posterior = weights.map(weight => weight / sum)
  }

  /** Filtered probability of a regime, 0 to 1; the same for all before the first label. */
  probabilityOf(label: Label): number {
    return this.#posterior?.[LABELS.indexOf(label)] ?? 1 / LABELS.length
  }
}
