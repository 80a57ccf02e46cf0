import { type Indicator, stepwise } from './indicator.ts'
import { checkNumber } from './input.ts'

/** Two lines of one instant. */
export interface Lines {
  readonly fast: number
  readonly slow: number
}

/**
 * Tells when one line crosses another: `over` when `fast` came from below to above `slow`, `under` for the reverse,
 * else `none`. Touching is not crossing: the last side counts until the other side is reached. Ready after the first
 * lines that are not equal.
 */
export function cross(): Indicator<Lines, 'over' | 'under' | 'none'> {
  return crossing('cross')
}

/** Tells whether `fast` has just crossed over `slow`, by the rules of {@link cross}. */
export function crossOver(): Indicator<Lines, boolean> {
  return only('crossOver', 'over')
}

/** Tells whether `fast` has just crossed under `slow`, by the rules of {@link cross}. */
export function crossUnder(): Indicator<Lines, boolean> {
  return only('crossUnder', 'under')
}

function only(name: string, side: 'over' | 'under'): Indicator<Lines, boolean> {
  const lines = crossing(name)
  return stepwise(input => {
    const crossed = lines.push(input)
    return crossed === undefined ? undefined : crossed === side
  })
}

function crossing(name: string): Indicator<Lines, 'over' | 'under' | 'none'> {
  const state = { side: 0 }
  return stepwise(({ fast, slow }) => {
    checkNumber(name, fast)
    checkNumber(name, slow)
    const last = state.side
    if (fast !== slow) state.side = fast > slow ? 1 : -1
    if (state.side === 0) return undefined
    if (last === 0 || last === state.side) return 'none'
    return state.side > 0 ? 'over' : 'under'
  })
}
