import { EngineError } from '../errors.ts'
import type { Regime } from './classifier.ts'

/** Share of the full risk that each regime allows, 0 to 1. */
export type RegimeShares = Readonly<Record<Regime, number>>

/** The share of risk in force while regimes come and go. */
export interface RegimeRisk {
  /** Share of the full risk in force, 0 to 1. */
  readonly share: number
  /** A higher share that the last regime would allow and nobody has approved; `undefined` when there is none. */
  readonly awaiting: number | undefined
  /**
   * Takes the regime of a closed bar: a lower share is in force at once, a higher one only waits.
   *
   * @returns the share in force
   */
  see(regime: Regime): number
  /**
   * Puts the share that waits in force, if it is still the one that was looked at.
   *
   * @param share - {@link awaiting}, as it was when the approval was given.
   * @returns whether it is in force now; `false` when the regime has changed meanwhile, and nothing was raised
   */
  approve(share: number): boolean
}

/**
 * Lets regimes lower the risk of a live run by themselves, and raise it only by approval: a label that flickers, or is
 * wrong, costs an opportunity and never a position that is too large.
 *
 * @param start - Share in force before the first regime. Default: the lowest of all, so that a restart raises nothing.
 * @throws {@link EngineError} `invalid-options` for a share that is not 0 to 1
 */
export function regimeRisk(shares: RegimeShares, start = Math.min(...Object.values(shares))): RegimeRisk {
  for (const [regime, share] of [...Object.entries(shares), ['start', start] as const])
    if (!(share >= 0 && share <= 1))
      throw new EngineError('invalid-options', `The share of ${regime} is ${share}. Use 0 to 1.`, {
        details: { regime, share: String(share) },
      })
  let inForce = start
  let allowed = start
  return {
    get share() {
      return inForce
    },
    get awaiting() {
      return allowed > inForce ? allowed : undefined
    },
    see(regime) {
      allowed = shares[regime]
      inForce = Math.min(inForce, allowed)
      return inForce
    },
    approve(share) {
      if (share !== allowed || share <= inForce) return false
      inForce = share
      return true
    },
  }
}
