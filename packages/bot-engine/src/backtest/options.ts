import { type Instrument, type Lots, moneyFromDecimal } from '@openclaw-trading/trading-model'
import type { ExplainOptions } from './explanation-log.ts'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { EngineError } from '../errors.ts'
import type { WarmUp } from '../kernel/kernel-options.ts'
import type { QuoteGuardOptions } from '../kernel/quote-guard.ts'
import type { RunAccount } from '../kernel/run-state.ts'
import type { AccountRules } from '../ports/account-rules.ts'
import type { RiskLimits } from '../risk/limits.ts'
import type { EntryProtection } from '../strategy/entry-protection.ts'
import type { VenueModel } from '../simulation/venue-model.ts'
import type { AnyStrategy, StrategyParams, StrategyStateInput } from '../strategy/define.ts'

/** The account of a backtest, with the balance as a decimal amount. */
export interface DecimalAccount extends AccountRules {
  readonly currency: string
  /** Decimal, e.g. 10000; rounded to `digits`. */
  readonly balance: number
  /** 100 = 1:100. */
  readonly leverage: number
  /** Decimal digits of money. Default 2. */
  readonly digits?: number
  /** `false`: netted, one position for each symbol. Default true. */
  readonly hedged?: boolean
}

/**
 * What decides within a bar.
 *
 * - `worst`: the stop first where stop and target are within reach.
 * - `path`: prices go open → nearer extreme → other extreme → close.
 * - `replay`: quotes, or bars of a shorter timeframe, of the same instrument. Where there are none for a bar – and within
 *   each of the shorter bars – `worst`. They must lie within the bars that they are parts of.
 */
export type IntrabarPolicy =
  | { readonly policy: 'worst' | 'path' }
  | { readonly policy: 'replay'; readonly data: TickColumns | BarColumns }

/** What to run a strategy on, and how. */
export interface BacktestOptions<S extends AnyStrategy> {
  readonly params: StrategyParams<S>
  readonly instrument: Instrument
  /** Other instruments, which feeds watch by their `symbol`. Default none. */
  readonly watched?: readonly Instrument[]
  /**
   * Over bars: those of each instrument watched, with the timeframe of `data`. What closes before the first bar of `data`
   * is left out.
   */
  readonly watchedBars?: readonly BarColumns[]
  /**
   * In time order; a step back in time is an error, not a warning. Of the instrument, and with `watched` quotes of each
   * of those too: they are taken in one order by time, then symbol id, then row. Nothing is copied: leave the columns as
   * they are until `report.equity.at` was read, and as long as something reads a series of `ctx.bars`.
   */
  readonly data: TickColumns | BarColumns | readonly TickColumns[]
  /** In a currency to which the instrument and those of `watched` lead, over at most two of them. */
  readonly account: DecimalAccount | (RunAccount & AccountRules)
  /**
   * Latency and slippage; costs and hours come from the instrument. The simulated venue takes the same object: parity
   * rests on it. Default: 50 ms, no slippage. Over bars a decision at a close fills at the next open, whatever the
   * latency.
   */
  readonly venue?: VenueModel
  /**
   * Over bars: what is assumed of prices within a bar, which knows four of them. Default `worst`. The report counts the
   * trades that hang on it. See docs/concepts/fills.md.
   */
  readonly intrabar?: IntrabarPolicy
  /** Entries beyond a limit are blocked and reported. Default: none. */
  readonly risk?: RiskLimits
  /** Rules that block entries after a bad time; blocks are reported with their reason. Default: none. */
  readonly protections?: readonly EntryProtection[]
  /** Lots of every entry, instead of what the strategy sizes. */
  readonly entryVolume?: Lots
  /**
   * Keeps bad quotes from the strategy, by the same rules live and in a backtest: see `QuoteFilter`. Nothing is
   * opened while a jump of the price waits for confirmation. The venue of a backtest
   * fills by every quote all the same: data that may be bad goes through `cleanTicks` first. Default: every quote counts.
   */
  readonly quoteFilter?: QuoteGuardOptions
  /** Bars from before the data, by feed. Default: none. */
  readonly warmUp?: WarmUp
  /** What the strategy remembers at the start, when it has a `state`. Default: the defaults of its schema. */
  readonly state?: StrategyStateInput<S>
  /** Same seed, same data, same report. Default 1. */
  readonly seed?: number
  /** Keeps a record of every command with the state it was decided on. Default: off. */
  readonly recordDecisions?: boolean
  /** Collects what the strategy states with `ctx.explain`; see `explainSummary`. Default: off. */
  readonly explain?: boolean | ExplainOptions
  /** Ends the run between two quotes; its reason is thrown. */
  readonly signal?: AbortSignal
  /**
   * Told after each 131,072 rows, about four times a second where a strategy takes longer, and after the last how many of
   * them are done. When it returns `false` the run ends there, and the report is of what was done until then: a run that
   * somebody ended is not lost.
   */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => boolean | undefined
}

/** The account in minor units. @throws {@link EngineError} `invalid-options` */
export function readAccount(
  account: DecimalAccount | (RunAccount & AccountRules),
): RunAccount & AccountRules {
  const { currency, leverage, digits = 2, swapFree, marginMethod, leverageTiers, stopOut } = account
  const rules: AccountRules = {
    ...(swapFree === undefined ? {} : { swapFree }),
    ...(marginMethod === undefined ? {} : { marginMethod }),
    ...(leverageTiers === undefined ? {} : { leverageTiers }),
    ...(stopOut === undefined ? {} : { stopOut }),
  }
  const balanceMinor =
    'balanceMinor' in account
      ? account.balanceMinor
      : moneyFromDecimal(account.balance, digits, currency).minor
  if (Number.isSafeInteger(balanceMinor) && balanceMinor >= 0 && leverage > 0 && Number.isFinite(leverage))
    return { currency, digits, balanceMinor, leverage, ...rules }
  throw new EngineError(
    'invalid-options',
    `The account has a balance of ${balanceMinor} minor units and a leverage of ${leverage}. Both must be numbers, the ` +
      'balance from 0 up and the leverage above 0 (100 = 1:100).',
  )
}

/** Refuses a policy that does not exist, and finer data beside quotes. @throws {@link EngineError} `invalid-options` */
export function checkIntrabar(intrabar: IntrabarPolicy | undefined, isBars: boolean): void {
  const policy = intrabar?.policy ?? 'worst'
  if (!['worst', 'path', 'replay'].includes(policy))
    throw new EngineError(
      'invalid-options',
      `intrabar.policy is ${JSON.stringify(policy)}. Pass 'worst', 'path' or 'replay'.`,
    )
  if (policy !== 'replay' || isBars) return
  throw new EngineError(
    'invalid-options',
    'intrabar has data to replay within bars, and the run is over quotes, which decide themselves. Leave it out.',
  )
}
