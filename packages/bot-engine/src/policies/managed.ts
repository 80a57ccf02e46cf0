import {
  type Bar,
  type ExecutionEvent,
  type Instrument,
  lotsToCents,
  type OrderId,
  pointsPerTick,
  pointsToPrice,
  type Position,
  type PositionId,
  type Quote,
  roundPoints,
  roundVolume,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { Context } from '../strategy/context.ts'
import type { Handlers } from '../strategy/define.ts'
import type { Feeds } from '../strategy/feeds.ts'
import { boundHandlers } from '../strategy/handlers.ts'
import { TrackedPosition } from './managed-position.ts'
import { type PolicyMemory, recall } from './policy-memory.ts'
import type { PolicyWish, PositionPolicy } from './position-policy.ts'

/** Time after a fill by which its levels have been told: an amendment before would remove a target it cannot see. */
const LEVELS_TOLD_MS = 5000

/** How {@link managed} drives its policies. */
export interface ManagedOptions<F extends Feeds = Feeds> {
  /** Feed whose closed bars drive the policies. Default `main`. */
  readonly feed?: keyof F & string
  /**
   * Where first volume, risk and steps taken of each position survive a restart: a field {@link policyMemory} of the
   * strategy's state, as `() => state.policies`. Default: they are forgotten.
   */
  readonly memory?: () => PolicyMemory
}

/**
 * Adds protection policies to the handlers of a strategy: `return managed([breakEven({ at: { r: 1 } })], { onBar … })`.
 *
 * After the strategy's own handler, each open position is given to each policy in turn. The tightest stop that they want
 * is set, rounded to the instrument, keeping the target; never one that lies back, never one that changes nothing, and
 * never a second one while the first is unanswered. Parts and exits are closed at the market.
 *
 * @throws {@link EngineError} `invalid-options` without a policy
 */
export function managed<F extends Feeds>(
  policies: readonly PositionPolicy[],
  handlers: Handlers<F>,
  { feed = 'main', memory }: ManagedOptions<F> = {},
): Handlers<F> {
  const manager = new PositionManager(policies, memory)
  // What there is is read once, as of a strategy without policies.
  const takesExecutions = handlers.onExecution !== undefined
  const takesQuotes = handlers.onQuote !== undefined
  const picksQuotes = takesQuotes && handlers.wantsQuotes !== undefined
  // With every quote a backtest makes an object of each: else only those of the bars in which positions were opened.
  const isEveryQuoteWanted = policies.some(({ when }) => when === 'quote') || (takesQuotes && !picksQuotes)
  const result: Handlers<F> = {
    ...handlers,
    ...boundHandlers(handlers),
    onBar(bar, ctx) {
      handlers.onBar?.(bar, ctx)
      if (bar.feed === feed) manager.bar(bar, ctx)
    },
    onExecution(event, ctx) {
      if (takesExecutions) handlers.onExecution?.(event, ctx)
      manager.execution(event, ctx)
    },
    onQuote(quote, ctx) {
      if (takesQuotes) handlers.onQuote?.(quote, ctx)
      manager.quote(quote, ctx)
    },
    wantsQuotes: () => manager.watchesQuotes || (picksQuotes && handlers.wantsQuotes?.() === true),
  }
  // That of the strategy neither: it would keep quotes from the policies.
  if (isEveryQuoteWanted) delete result.wantsQuotes
  return result
}

/** Applies policies to the open positions of a run; {@link managed} calls it. */
export class PositionManager {
  readonly #policies: readonly PositionPolicy[]
  readonly #readsQuotes: boolean
  readonly #tracked = new Map<PositionId, TrackedPosition>()
  /** Those whose bar of the entry lasts: a list and not the map, for it is read at each quote. */
  #entered: readonly TrackedPosition[] = []
  /** Orders that opened the positions; of some from before the run none is known. */
  readonly #openedBy = new Map<PositionId, OrderId>()
  readonly #memory: (() => PolicyMemory) | undefined

  /** Creates a manager that knows no position. @throws {@link EngineError} `invalid-options` without a policy */
  constructor(policies: readonly PositionPolicy[], memory?: () => PolicyMemory) {
    if (policies.length === 0)
      throw new EngineError('invalid-options', 'No policy was given. Pass one, or leave the manager out.')
    this.#policies = policies
    this.#readsQuotes = policies.some(({ when }) => when === 'quote')
    this.#memory = memory
  }

  /** A bar of the driving feed closed. */
  bar(bar: Bar, ctx: Context): void {
    this.#run(ctx, bar)
  }

  /** Some position was opened in the bar that lasts: its best price is told by quotes alone. */
  get watchesQuotes(): boolean {
    return this.#entered.length > 0
  }

  /** A quote arrived; those of other instruments are left out. */
  quote(quote: Quote, ctx: Context): void {
    if (quote.symbolId !== ctx.instrument.id) return
    if (this.#readsQuotes) this.#run(ctx, undefined)
    else for (let i = 0; i < this.#entered.length; i++) this.#entered[i]?.watch(quote)
  }

  /** Takes what became of requests. */
  execution(event: ExecutionEvent, ctx: Context): void {
    if (event.type === 'order-filled') this.#filled(event, ctx)
    else if (event.type === 'position-updated')
      this.#tracked.get(event.position.id)?.protectedBy(event.position)
    else if (event.type === 'resynced')
      for (const position of ctx.positions) {
        const tracked = this.#tracked.get(position.id)
        tracked?.resynced(position)
        this.#remember(tracked)
      }
    else if (event.type === 'order-rejected' && event.refused !== undefined) {
      const tracked = this.#tracked.get(event.refused.positionId)
      if (event.refused.type === 'close') tracked?.closeRefused(event.refused)
      else tracked?.stopRefused(event.refused)
      // A part that was on its way is so no more: without another quote the next run would take it for closed.
      this.#remember(tracked)
    }
  }

  #filled(
    { fill, order, position }: Extract<ExecutionEvent, { type: 'order-filled' }>,
    { quote, now, instrument }: Context,
  ): void {
    const { id, volume } = position
    if (volume === 0) {
      this.#openedBy.delete(id)
      this.#entered = this.#entered.filter(tracked => tracked.position.id !== id)
    }
    // At once: an entry that fills further before the next look would hide that a part was closed.
    this.#tracked.get(id)?.partTold(volume)
    if (fill.closing !== undefined) return
    if (volume === fill.volume) {
      this.#openedBy.set(id, order.id)
      const tracked = this.#track(position, instrument, now)
      tracked.protectedBy(position)
      // Live the word of a fill comes after it: of the quotes in between the last one is still known.
      if (quote !== undefined && quote.at > fill.at) tracked.watch(quote)
    } else if (this.#openedBy.get(id) === order.id) this.#tracked.get(id)?.grow(fill.volume)
  }

  #track(position: Position, instrument: Instrument, now: UnixMs): TrackedPosition {
    const found = this.#tracked.get(position.id)
    if (found !== undefined) return found
    const known = recall(this.#memory?.(), position.id)
    const tracked = new TrackedPosition(position, instrument, now, known)
    this.#tracked.set(position.id, tracked)
    if (tracked.isInEntryBar) this.#entered = [...this.#entered, tracked]
    return tracked
  }

  #remember(tracked: TrackedPosition | undefined): void {
    if (tracked === undefined || this.#memory === undefined) return
    this.#memory()[String(tracked.position.id)] = tracked.remember()
  }

  #run(ctx: Context, bar: Bar | undefined): void {
    const { positions } = ctx
    if (positions.length === 0) {
      if (this.#tracked.size > 0) this.#forget(positions)
      return
    }
    const { quote, now, instrument } = ctx
    for (const position of positions) {
      const tracked = this.#track(position, instrument, now)
      tracked.update(position, now, quote, bar)
      // During the warm-up there is no quote: positions are followed, and nothing is asked for.
      if (quote === undefined) continue
      this.#apply(tracked, ctx, bar !== undefined)
      this.#remember(tracked)
    }
    if (bar !== undefined && this.#entered.length > 0)
      this.#entered = this.#entered.filter(({ isInEntryBar }) => isInEntryBar)
    if (this.#tracked.size > positions.length) this.#forget(positions)
  }

  #apply(tracked: TrackedPosition, ctx: Context, isBar: boolean): void {
    const wishes: Wishes = { close: undefined, parts: [], stop: undefined }
    for (const [index, policy] of this.#policies.entries())
      if (isBar || policy.when === 'quote')
        for (const wish of policy.decide(tracked)) addWish(wishes, wish, tracked, [policy.name, index])
    if (wishes.close !== undefined) return closeAll(tracked, ctx, wishes.close)
    for (const part of wishes.parts) closePart(tracked, ctx, part)
    if (wishes.stop !== undefined) moveStop(tracked, ctx, wishes.stop)
  }

  #forget(positions: readonly Position[]): void {
    const open = new Set(positions.map(({ id }) => id))
    this.#entered = this.#entered.filter(({ position }) => open.has(position.id))
    for (const id of this.#tracked.keys()) if (!open.has(id)) this.#tracked.delete(id)
    for (const id of this.#openedBy.keys()) if (!open.has(id)) this.#openedBy.delete(id)
    const memory = this.#memory?.() ?? {}
    for (const id of Object.keys(memory)) if (!open.has(Number(id) as PositionId)) delete memory[id]
  }
}

/** What all policies want of a position. */
interface Wishes {
  /** Name of the policy that wants it. */
  close: string | undefined
  parts: { readonly policy: string; readonly rung: string; readonly share: number }[]
  /** The tightest, rounded to the instrument. */
  stop: { readonly policy: string; readonly points: number } | undefined
}

function addWish(
  wishes: Wishes,
  wish: PolicyWish,
  tracked: TrackedPosition,
  [policy, index]: readonly [string, number],
): void {
  if (wish.type === 'close') wishes.close ??= policy
  else if (wish.type === 'part')
    wishes.parts.push({ policy, rung: `${index}.${wish.rung}`, share: wish.share })
  else {
    const { instrument, exitPoints, sign } = tracked
    const stop = roundPoints(instrument, wish.points)
    // The market stands at it or beyond: the broker would refuse it.
    if ((exitPoints - stop) * sign <= 0) {
      if (wish.ifPassed === 'close') wishes.close ??= policy
    } else if (wishes.stop === undefined || (stop - wishes.stop.points) * sign > 0)
      wishes.stop = { policy, points: stop }
  }
}

function closeAll(tracked: TrackedPosition, ctx: Context, policy: string): void {
  if (!tracked.canCloseAll) return
  ctx.explain?.rule(policy, true, { position: tracked.position.id })
  ctx.close(tracked.position.id)
  tracked.closeAsked(ctx.lastRequest)
}

function closePart(
  tracked: TrackedPosition,
  ctx: Context,
  { policy, rung, share }: Wishes['parts'][number],
): void {
  if (tracked.hasTaken(rung) || !tracked.canClosePart(rung)) return
  const { instrument, position, firstVolume } = tracked
  const cents = (volume: number) => lotsToCents(instrument, volume as Position['volume'])
  const volume = roundVolume(instrument, Math.min(firstVolume * share, position.volume))
  if (cents(volume) < cents(instrument.minVolume)) return tracked.take(rung)
  const isAll = cents(position.volume) - cents(volume) < cents(instrument.minVolume)
  ctx.explain?.rule(policy, true, { position: position.id, share })
  const part = isAll ? position.volume : volume
  ctx.close(position.id, part)
  tracked.partAsked(rung, part, ctx.lastRequest)
}

function moveStop(
  tracked: TrackedPosition,
  ctx: Context,
  { policy, points: wanted }: NonNullable<Wishes['stop']>,
): void {
  const { instrument, position, sign, exitPoints, stopPoints, askedStop, now } = tracked
  if (!tracked.canMoveStop) return
  const nearest = roundPoints(instrument, exitPoints - sign * leastStopPoints(instrument, exitPoints))
  const tightest = askedStop !== undefined && (askedStop - wanted) * sign > 0 ? askedStop : wanted
  const stop = (tightest - nearest) * sign > 0 ? nearest : tightest
  // What was asked for without an answer may be in force by now: nothing behind it may follow.
  if (askedStop !== undefined && (stop - askedStop) * sign < 0) return
  if (stopPoints === undefined && now - position.openedAt < LEVELS_TOLD_MS) return
  if (!(stop > 0) || (stopPoints !== undefined && (stop - stopPoints) * sign <= 0)) return
  ctx.explain?.rule(policy, true, { position: position.id, stop: pointsToPrice(stop) })
  const { takeProfit, trailing, guaranteed, stopTrigger } = position
  ctx.setProtection(position.id, {
    stopLoss: pointsToPrice(stop),
    ...(takeProfit !== undefined && { takeProfit }),
    ...(trailing !== undefined && { trailing }),
    ...(guaranteed !== undefined && { guaranteed }),
    ...(stopTrigger !== undefined && { stopTrigger }),
  })
  tracked.stopAsked(stop, ctx.lastRequest)
}

/** Least distance of a stop from the market: in steps of the last digit, in percent of the price, or both; ≥ 1 step. */
function leastStopPoints(instrument: Instrument, price: number): number {
  const { minStopDistance = 0, minStopDistancePercent = 0 } = instrument.costs
  const tick = pointsPerTick(instrument)
  const percent = Math.ceil((price * minStopDistancePercent) / 100 / tick) * tick
  return Math.max(tick, minStopDistance * tick, percent)
}
