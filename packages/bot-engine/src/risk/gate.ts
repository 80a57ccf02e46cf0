import { formatMoney, money } from '@openclaw-trading/trading-model'
import type { Command } from '../ports/broker.ts'
import type { RiskLimits } from './limits.ts'
import type { Protections } from './protection.ts'

/** What the gate looks at besides the command. */
export interface GateView {
  /** Market time at which the order leaves: of the decision, over bars of the next open. */
  readonly now: number
  /** Market time of the decision: of the equity. What is lost until the order leaves is of the day in which it is lost. */
  readonly decidedAt: number
  /** Market time of the last quote; −1 before the first. */
  readonly quoteAt: number
  /** Positions of this run. */
  readonly openPositions: number
  /** Entries decided whose fill or refusal has not arrived. */
  readonly pendingEntries: number
  /** Of those, the ones of which no word has come from the broker. Looked at only when many are pending. */
  readonly entriesInFlight: number
  /** Equity lost since the day began, in minor units; negative is a gain. */
  readonly dayLossMinor: number
  /** At the last quote, in minor units. */
  readonly equityMinor: number
}

/** Whether a command may go on. */
export type GateVerdict = { readonly type: 'allow' } | { readonly type: 'block'; readonly reason: string }

/**
 * Entries that may wait for a word from the broker at once, in every mode; exits are not counted. A healthy run has a
 * handful: more means that the strategy repeats itself faster than the broker answers.
 */
export const MAX_ENTRIES_IN_FLIGHT = 100

const ALLOW: GateVerdict = { type: 'allow' }
const MINUTE_MS = 60_000
const LIMITS: { readonly [Name in keyof Required<RiskLimits>]: Name } = {
  maxVolume: 'maxVolume',
  maxOpenPositions: 'maxOpenPositions',
  maxDailyLoss: 'maxDailyLoss',
  maxOrdersPerMinute: 'maxOrdersPerMinute',
  maxQuoteAgeMs: 'maxQuoteAgeMs',
  stopLossRequired: 'stopLossRequired',
}

/**
 * The last judge before an order leaves: blocks entries beyond the limits, and never an exit. Where stops are required it
 * also blocks levels without a stop; and no order that waits is changed into one that it would not let pass.
 *
 * An allowed entry counts towards `maxOrdersPerMinute`.
 */
export class Gate {
  private readonly limits: RiskLimits
  private readonly protections: Protections | undefined
  /** Anything is limited; else entries are only counted, and nothing of the view is looked at. */
  readonly isLimited: boolean
  /** Market times of the entries allowed within the last minute; never more than `maxOrdersPerMinute`. */
  private recent: number[] = []

  /** Creates a gate that has seen nothing; the protections are the run's, which tells them of trades and bars. */
  constructor(limits: RiskLimits, protections?: Protections) {
    this.limits = limits
    this.protections = protections
    this.isLimited = protections !== undefined || limitsAnything(limits)
  }

  /** Judges a command. */
  check(command: Command, view: GateView): GateVerdict {
    if (command.type === 'set-protection') return this.levelsVerdict(command)
    if (command.type === 'amend-order') return this.changeVerdict(command)
    if (command.type !== 'place') return ALLOW
    const isCrowded = view.pendingEntries >= MAX_ENTRIES_IN_FLIGHT
    return isCrowded || this.isLimited ? this.entryVerdict(command, view, isCrowded) : ALLOW
  }

  private entryVerdict(
    command: Extract<Command, { type: 'place' }>,
    view: GateView,
    isCrowded: boolean,
  ): GateVerdict {
    const reason = (isCrowded ? unansweredProblem(view) : undefined) ?? this.problem(command, view)
    if (reason !== undefined) return block(reason)
    if (this.limits.maxOrdersPerMinute !== undefined) this.recent.push(view.now)
    return ALLOW
  }

  /** Whether the position has a stop is not asked: one on its way, or not told yet, would be taken away too. */
  private levelsVerdict({
    positionId,
    protection,
  }: Extract<Command, { type: 'set-protection' }>): GateVerdict {
    if (this.limits.stopLossRequired !== true || protection.stopLoss !== undefined) return ALLOW
    return block(
      `a stop loss is required, and the new levels of position ${positionId} have none: state all of them`,
    )
  }

  private changeVerdict({ orderId, amendment }: Extract<Command, { type: 'amend-order' }>): GateVerdict {
    const { maxVolume, stopLossRequired } = this.limits
    const { volume = 0, stopLoss } = amendment
    if (stopLossRequired === true && stopLoss === undefined)
      return block(`a stop loss is required, and order ${orderId} would have none: state all of its levels`)
    if (maxVolume === undefined || volume <= maxVolume) return ALLOW
    return block(`order ${orderId} would have a volume of ${volume} lots, above the limit of ${maxVolume}`)
  }

  private problem({ request }: Extract<Command, { type: 'place' }>, view: GateView): string | undefined {
    const { maxVolume, maxOpenPositions, maxDailyLoss, maxOrdersPerMinute, maxQuoteAgeMs } = this.limits
    if (maxVolume !== undefined && request.volume > maxVolume)
      return `the volume of ${request.volume} lots is above the limit of ${maxVolume}`
    const positions = view.openPositions + view.pendingEntries
    if (maxOpenPositions !== undefined && positions >= maxOpenPositions)
      return `${positions} position(s) are open or on their way, the limit is ${maxOpenPositions}`
    if (this.limits.stopLossRequired === true && request.stopLoss === undefined)
      return 'a stop loss is required and the entry has none'
    if (maxDailyLoss !== undefined && view.dayLossMinor >= maxDailyLoss.minor) {
      const lost = money(view.dayLossMinor, maxDailyLoss.digits, maxDailyLoss.currency)
      return `${formatMoney(lost)} were lost today, the limit is ${formatMoney(maxDailyLoss)}`
    }
    if (maxQuoteAgeMs !== undefined && (view.quoteAt < 0 || view.now - view.quoteAt > maxQuoteAgeMs))
      return view.quoteAt < 0
        ? 'there is no quote yet'
        : `the last quote is ${view.now - view.quoteAt} ms old, the limit is ${maxQuoteAgeMs} ms`
    const problem = this.protections?.problem(
      { now: view.now, equityMinor: view.equityMinor, side: request.side },
      { isPriced: view.quoteAt >= 0, equityAt: view.decidedAt },
    )
    if (problem !== undefined || maxOrdersPerMinute === undefined) return problem
    return this.rateProblem(maxOrdersPerMinute, view.now)
  }

  private rateProblem(limit: number, now: number): string | undefined {
    this.recent = this.recent.filter(at => at > now - MINUTE_MS)
    if (this.recent.length < limit) return undefined
    return `${this.recent.length} entries were made within a minute, the limit is ${limit}`
  }
}

/** By name: what a class or a prototype states is not among the values of an object. */
function limitsAnything(limits: RiskLimits): boolean {
  return Object.values(LIMITS).some(name => limits[name] !== undefined)
}

function unansweredProblem({ entriesInFlight }: GateView): string | undefined {
  if (entriesInFlight < MAX_ENTRIES_IN_FLIGHT) return undefined
  return `${entriesInFlight} entries wait for an answer of the broker, the limit is ${MAX_ENTRIES_IN_FLIGHT}`
}

function block(reason: string): GateVerdict {
  return { type: 'block', reason }
}
