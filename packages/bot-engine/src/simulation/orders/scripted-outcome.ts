import type { Side, SymbolId } from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import type { ExchangeRequest, RejectCode } from '../exchange-request.ts'

/** What becomes of an order instead of what the venue model says; JSON-safe. */
export interface ScriptedOutcome {
  /** From the decision to its execution, in milliseconds of market time; never less than the venue model's latency. */
  readonly latencyMs?: number
  /** From its acceptance to its fill, in milliseconds of market time. Absent: at once. */
  readonly fillDelayMs?: number
  /** From its fill to the order of the venue that protects the position, in milliseconds of market time. Absent: at once. */
  readonly followUpMs?: number
  /** Against the taker, in steps of the last digit; instead of the venue model's. */
  readonly slippageTicks?: number
  /**
   * Parts in which it fills, as fractions of its volume, each rounded down to the step; together at most 1.
   *
   * What is missing is cancelled of an order for at once, and fills with the next quote that reaches an order that
   * waits. An order with `fok` that would not fill whole is cancelled whole.
   */
  readonly fill?: readonly number[]
  /**
   * What an `ioc` limit does not fill goes on working until it is reached or cancelled, as users saw it at some brokers,
   * instead of being cancelled. Not together with `fillDelayMs`.
   */
  readonly restStays?: boolean
  /** Refused at once, by this code. */
  readonly reject?: RejectCode
  /** Accepted, and then refused by this code instead of a fill. */
  readonly rejectAfterAcceptance?: RejectCode
}

/** Which requests an outcome is for; everything that is stated must hold. */
export interface OutcomeMatch {
  readonly symbolId?: SymbolId
  /** Of an order that is placed. */
  readonly side?: Side
  readonly label?: string
  /** Absent: orders that are placed, and closes. */
  readonly request?: ExchangeRequest['type']
}

/** One line of a script. */
export interface OutcomeRule {
  /** Absent: every order and close. */
  readonly match?: OutcomeMatch
  /** How many requests it is for, from 1. Absent: all. */
  readonly times?: number
  readonly outcome: ScriptedOutcome
}

/** A script and how often each of its rules was used; JSON-safe. */
export interface ScriptState {
  readonly rules: readonly OutcomeRule[]
  readonly used: readonly number[]
}

/** Rules that a script may have. */
export const MAX_SCRIPT_RULES = 1000

/** Checks the numbers of a script. @throws {@link EngineError} `invalid-options` */
export function checkScript(rules: readonly OutcomeRule[]): void {
  if (rules.length > MAX_SCRIPT_RULES) throw badScript(`${rules.length} rules`, `at most ${MAX_SCRIPT_RULES}`)
  for (const { times = 1, outcome } of rules) {
    if (!Number.isSafeInteger(times) || times < 1)
      throw badScript(`times ${times}`, 'a whole number from 1 up')
    checkOutcome(outcome)
  }
}

function checkOutcome({ restStays, fill = [], ...outcome }: ScriptedOutcome): void {
  const { latencyMs = 0, fillDelayMs = 0, followUpMs = 0, slippageTicks = 0 } = outcome
  if (restStays === true && fillDelayMs > 0)
    throw badScript(`restStays and fillDelayMs ${fillDelayMs} in one outcome`, 'one of the two')
  for (const [name, value] of Object.entries({ latencyMs, fillDelayMs, followUpMs, slippageTicks }))
    if (!Number.isSafeInteger(value) || value < 0)
      throw badScript(`${name} ${value}`, 'a whole number from 0 up')
  const sum = fill.reduce((total, part) => (part > 0 ? total + part : Number.NaN), 0)
  if (!(sum <= 1 + 1e-9))
    throw badScript(`fill [${fill.join(', ')}]`, 'parts above 0 that add up to at most 1')
}

function badScript(what: string, allowed: string): EngineError {
  return new EngineError('invalid-options', `The script of the venue has ${what}. Pass ${allowed}.`)
}

/** What goes wrong on purpose: the first rule that matches a request and is not used up says what becomes of it. */
export class OutcomeScript {
  private readonly rules: readonly OutcomeRule[]
  private readonly used: number[]
  /** It says nothing of any request. */
  readonly isEmpty: boolean

  /** Creates a script at its begin, or as a state has it. */
  constructor({ rules, used }: ScriptState) {
    this.rules = rules
    this.isEmpty = rules.length === 0
    this.used = rules.map((_, index) => used[index] ?? 0)
  }

  /** The outcome of the next request; `undefined` when no rule is for it. `symbolId` is that of what it acts on. */
  take(request: ExchangeRequest, symbolId: SymbolId | undefined): ScriptedOutcome | undefined {
    for (const [index, rule] of this.rules.entries()) {
      const used = this.used[index] ?? 0
      if (used >= (rule.times ?? Number.POSITIVE_INFINITY)) continue
      if (!isFor(rule.match ?? {}, request, symbolId)) continue
      this.used[index] = used + 1
      return rule.outcome
    }
    return undefined
  }

  /** A copy for a restart. */
  state(): ScriptState {
    return { rules: this.rules, used: [...this.used] }
  }
}

function isFor(match: OutcomeMatch, request: ExchangeRequest, symbolId: SymbolId | undefined): boolean {
  const { type } = request
  const isOrder = type !== 'cancel' && type !== 'amend-order' && type !== 'amend-protection'
  if (match.request === undefined ? !isOrder : match.request !== type) return false
  if (match.symbolId !== undefined && match.symbolId !== symbolId) return false
  if (match.side !== undefined && !('side' in request && request.side === match.side)) return false
  return match.label === undefined || ('label' in request && request.label === match.label)
}

/** The volumes that an order of a scripted outcome fills in now, in steps of `stepCents`. */
export function fillParts(
  fill: NonNullable<ScriptedOutcome['fill']>,
  volumeCents: number,
  stepCents: number,
): readonly number[] {
  const parts: number[] = []
  let share = 0
  let filled = 0
  for (const part of fill) {
    share += part
    // The sum of the parts is rounded, not each: thirds of a lot add up to the lot.
    const upTo = share > 1 - 1e-9 ? volumeCents : Math.floor((volumeCents * share) / stepCents) * stepCents
    if (upTo > filled) parts.push(upTo - filled)
    filled = Math.max(filled, upTo)
  }
  return parts
}
