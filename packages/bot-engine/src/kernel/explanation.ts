import type { ClientOrderId, UnixMs } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { Command } from '../ports/broker.ts'
import type { Explain, RuleInputs } from '../strategy/explain.ts'
import type { BlockedEntry, CommandPort, CommandVerdict } from './order-entry.ts'
import type { RunState } from './run-state.ts'

/** The verdict of one rule. */
export interface RuleVerdict {
  readonly rule: string
  readonly holds: boolean
  readonly inputs: RuleInputs
}

/** Why a handler did what it did: one for each call in which a rule was stated or something was asked for. */
export interface Explanation {
  /** Counts from 1; `explained` of a decision names it. */
  readonly seq: number
  /** Market time. */
  readonly at: UnixMs
  /** Feed of the bar that was handled; absent in other handlers. */
  readonly feed?: string
  /** In the order in which they were stated. */
  readonly rules: readonly RuleVerdict[]
  /** The first gate that kept an entry back: a rule that did not hold, else why the entry was blocked. */
  readonly blockedBy?:
    | { readonly type: 'rule'; readonly rule: string }
    | { readonly type: 'entry'; readonly id: ClientOrderId; readonly reason: string }
  /** Ids of the commands that left. */
  readonly commands: readonly ClientOrderId[]
}

/** How often a rule held, over the whole run. */
export interface RuleCount {
  readonly rule: string
  /** File and line of the first statement, where the platform tells it. */
  readonly place: string | undefined
  readonly held: number
  readonly failed: number
  /** How often it was the first that did not hold. */
  readonly blocked: number
  /** Market time at which it held last. */
  readonly lastHeldAt: UnixMs | undefined
}

/** Rules that one run may name: a name made of values would grow without end. */
export const MAX_RULES = 200

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Open = Mutable<Explanation> & { readonly rules: RuleVerdict[]; readonly commands: ClientOrderId[] }

/** Collects what a strategy explains, handler call by handler call. Exists only in a run that explains itself. */
export class ExplanationRecorder implements Explain {
  private readonly state: RunState
  private readonly isMuted: () => boolean
  private readonly onExplanation: (explanation: Explanation) => void
  private readonly byRule = new Map<string, Mutable<RuleCount>>()
  private feed: string | undefined
  private open: Open | undefined
  private seq = 0

  /** Creates a recorder; while it is muted (during the warm-up) nothing is noted. */
  constructor(state: RunState, isMuted: () => boolean, onExplanation: (explanation: Explanation) => void) {
    this.state = state
    this.isMuted = isMuted
    this.onExplanation = onExplanation
  }

  /** Counts of each rule, in the order of their first statement. */
  get counts(): readonly RuleCount[] {
    return [...this.byRule.values()]
  }

  /** The handler that runs next handles a bar of this feed. */
  begin(feed: string): void {
    this.feed = feed
  }

  rule(rule: string, holds: boolean, inputs: RuleInputs = {}): void {
    if (this.isMuted()) return
    const open = this.record()
    open.rules.push({ rule, holds, inputs })
    const count = this.countOf(rule)
    if (holds) {
      count.held += 1
      count.lastHeldAt = open.at
      return
    }
    count.failed += 1
    if (open.blockedBy !== undefined) return
    count.blocked += 1
    open.blockedBy = { type: 'rule', rule }
  }

  /** The handler returned. */
  end(): void {
    this.feed = undefined
    const open = this.open
    if (open === undefined) return
    this.open = undefined
    this.onExplanation(open)
  }

  /** A port that links commands to the explanation of the handler that gave them. */
  linked(port: CommandPort): CommandPort {
    return {
      onCommand: (id, command) => this.link(id, command, port),
      onBlocked: blocked => {
        this.block(blocked)
        port.onBlocked?.(blocked)
      },
    }
  }

  private link(id: ClientOrderId, command: Command, port: CommandPort): CommandVerdict {
    const open = this.record()
    const verdict = port.onCommand(id, command, open.seq)
    if (verdict.type === 'sent') open.commands.push(id)
    return verdict
  }

  private block({ id, reason }: BlockedEntry): void {
    const open = this.record()
    open.blockedBy ??= { type: 'entry', id, reason }
  }

  private record(): Open {
    if (this.open !== undefined) return this.open
    this.seq += 1
    const at = this.state.now as UnixMs
    const feed = this.feed
    this.open = { seq: this.seq, at, ...(feed !== undefined && { feed }), rules: [], commands: [] }
    return this.open
  }

  private countOf(rule: string): Mutable<RuleCount> {
    const known = this.byRule.get(rule)
    if (known !== undefined) return known
    if (this.byRule.size >= MAX_RULES)
      throw new EngineError(
        'invalid-options',
        `The rule "${rule}" would be number ${MAX_RULES + 1}. Keep values out of the names of rules: pass them as inputs.`,
      )
    const count = { rule, place: callerOf('rule'), held: 0, failed: 0, blocked: 0, lastHeldAt: undefined }
    this.byRule.set(rule, count)
    return count
  }
}

/** Whether a run explains itself, and to whom. */
export interface ExplanationOptions {
  readonly explain?: boolean
  readonly listener: { onExplanation?(explanation: Explanation): void }
}

/** The recorder of a run, when it explains itself. */
export function startExplanations(
  { explain, listener }: ExplanationOptions,
  state: RunState,
  isMuted: () => boolean,
): ExplanationRecorder | undefined {
  if (explain !== true) return undefined
  return new ExplanationRecorder(state, isMuted, explanation => listener.onExplanation?.(explanation))
}

/** `file:line` from which a method of this file was called; only the first statement of each rule asks. */
function callerOf(method: string): string | undefined {
  const { stack = '' } = new EngineError('invalid-options', 'place')
  const lines = stack.split('\n')
  const own = lines.findIndex(line => line.includes(`ExplanationRecorder.${method} `))
  return /\(?((?:file:\/\/)?[^()\s]+:\d+):\d+\)?$/.exec(lines[own + 1] ?? '')?.[1]
}
