import type { Instance } from './contract.ts'
import { groupText } from './number-text.ts'
import type { Tone } from './status.ts'

/** The filter of a bot's quotes in words. */
export interface QuoteFilterView {
  readonly label: string
  readonly tone: Tone
  /** Figures of the running process, with the kinds of bad quotes that occurred, most first. */
  readonly figures: readonly { readonly name: string; readonly value: string }[]
}

/** Beyond this share of bad quotes the feed, or the filter, deserves a look. */
const MANY = 0.01

/** Puts what the filter does and has seen in words; `confirmed` is false when the process has not spoken lately. */
export function quoteFilterView({ actual, quoteFilter }: Instance, confirmed: boolean): QuoteFilterView {
  const { wanted, seen } = quoteFilter
  const word = wanted ? 'on' : 'off'
  if (actual !== 'running' || !confirmed)
    return {
      label: `${wanted ? 'On' : 'Off'} from the next start`,
      tone: wanted ? 'muted' : 'warn',
      figures: [],
    }
  if (seen === null)
    return {
      label: wanted ? 'Off, on from the next start' : 'Off: every quote reaches the strategy',
      tone: 'warn',
      figures: [],
    }
  const { passed, quarantined, confirmedJumps, rewinds = 0 } = seen
  const share = quarantined / Math.max(1, passed + quarantined)
  const kinds = Object.entries(seen.defects)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => ({ name: kind, value: groupText(count) }))
  return {
    label: wanted ? 'On' : `On, ${word} from the next start`,
    tone: !wanted || share > MANY ? 'warn' : 'ok',
    figures: [
      { name: 'Passed', value: groupText(passed) },
      {
        name: 'Kept back',
        value: `${groupText(quarantined)}${quarantined === 0 ? '' : ` (${shareText(share)})`}`,
      },
      ...kinds,
      { name: 'Jumps believed', value: groupText(confirmedJumps) },
      ...(rewinds > 0 ? [{ name: 'Wrong dates taken back', value: groupText(rewinds) }] : []),
    ],
  }
}

function shareText(share: number): string {
  return share < 0.0001 ? '< 0.01 %' : `${(share * 100).toFixed(2)} %`
}
