import type { BacktestOptions, AnyStrategy } from '@openclaw-trading/bot-engine'
import { InvalidArgumentError } from 'commander'
import { z } from 'zod'

/** Rules of a stop-out as the engine takes them. */
type StopOutRules = NonNullable<BacktestOptions<AnyStrategy>['account']['stopOut']>

/** Usual of accounts of cTrader, whose own default closes as much as is needed, from the position with most margin. */
const DEFAULT = { levelPercent: 50, closes: 'partial', first: 'most-margin' } as const

/** `account.stopOut` of a config; `false`: none. */
export const StopOutSchema = z
  .union([
    z.literal(false),
    z.strictObject({
      /** Equity ÷ margin in percent at or below which positions are closed. */
      levelPercent: z.number().positive().max(1000).default(DEFAULT.levelPercent),
      closes: z.enum(['partial', 'whole']).default(DEFAULT.closes),
      first: z.enum(['most-margin', 'most-losing']).default(DEFAULT.first),
    }),
  ])
  .prefault({})

/** `--stop-out` as it was read. */
export type StopOutOption = 'none' | (Pick<StopOutRules, 'levelPercent'> & Partial<StopOutRules>)

/** Reads `50`, `50:whole` or `none`. */
export function readStopOut(text: string): StopOutOption {
  if (text === 'none') return 'none'
  const [, level, closes] = /^(\d+(?:\.\d+)?)(?::(whole|partial))?$/.exec(text) ?? []
  const levelPercent = Number(level)
  if (levelPercent > 0 && levelPercent <= 1000)
    return { levelPercent, ...(closes !== undefined && { closes: closes as StopOutRules['closes'] }) }
  throw new InvalidArgumentError(
    'It must be a margin level in percent above 0 and at most 1000, e.g. 50, or 50:whole for whole positions, or none.',
  )
}

/** The rules of a run: what is asked for wins over the project; none: nothing is closed for want of margin. */
export function stopOutOf(
  asked: StopOutOption | undefined,
  project: z.output<typeof StopOutSchema>,
): StopOutRules | undefined {
  if (asked === 'none') return undefined
  if (asked === undefined) return project === false ? undefined : project
  return { ...DEFAULT, ...(project === false ? {} : project), ...asked }
}

/** E.g. `50 %`, or `100 % (whole positions)`. */
export function stopOutText(rules: StopOutRules | undefined): string {
  if (rules === undefined) return 'none'
  const { levelPercent, closes, first } = rules
  const kind = [
    ...(closes === 'whole' ? ['whole positions'] : []),
    ...(first === 'most-losing' ? ['most losing first'] : []),
  ]
  return `${levelPercent} %${kind.length === 0 ? '' : ` (${kind.join(', ')})`}`
}
