import { z } from 'zod'
import { EngineError } from '../errors.ts'
import type { EntryProtection, TradeResult } from '../strategy/entry-protection.ts'
import { type ClosedPosition, ClosedPositions, isLosingStop } from './closed-positions.ts'
import { described } from './described.ts'
import { checkPositive, MINUTE_MS, minutesText } from './pause.ts'

/**
 * Closed positions that a {@link cooldown} keeps, for closings of before the run of which more may follow. What a process
 * leaves to the next has 65,536 characters at most, and a pause of a week may see thousands.
 */
const MOST_CLOSED = 100

/** What a {@link cooldown} remembers. */
const CooldownMemory = z.union([
  z.object({
    /** When each position was closed, what it made, whose it was, and whether a stop that lost was among its closings. */
    closed: z.array(z.tuple([z.number(), z.number(), z.number(), z.boolean()])),
    /** Positions that are open in part, what their closings have made so far, and whether such a stop was among them. */
    open: z.array(z.tuple([z.number(), z.number(), z.boolean()])),
    /** The last that counted before these: a pause that is longer behind a restart counts from it. */
    lastAt: z.number().optional(),
  }),
  // Of a version that counted closings: the last that counted.
  z.object({ lastAt: z.number() }).transform(({ lastAt }) => ({ closed: [], open: [], lastAt })),
])

/** When a {@link cooldown} begins. */
export interface CooldownOptions {
  /** How long no entry is made, in minutes of market time. */
  readonly minutes: number
  /** `stop`: after a losing trade that a stop closed, in part at least (default); `loss`: after any losing trade; `trade`: after any. */
  readonly after?: 'stop' | 'loss' | 'trade'
}

/**
 * Blocks entries for a while after a stop, a loss or any trade. A trade is a position with all its closings: it is judged
 * by what they made together, once the last of them is told, and the pause begins with that one.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function cooldown({ minutes, after = 'stop' }: CooldownOptions): EntryProtection {
  const pauseMs = checkPositive('cooldown', 'minutes', minutes) * MINUTE_MS
  const counts = ({ minor, isStopped }: ClosedPosition) =>
    after === 'trade' || (minor < 0 && (after === 'loss' || isStopped))
  return described('cooldown', {
    name: 'cooldown',
    settings: { minutes, after },
    start(memory) {
      const known = CooldownMemory.parse(memory ?? { closed: [], open: [] })
      const positions = new ClosedPositions(
        known.closed.map(([at, minor, of, isStopped]) => ({ at, minor, of, isStopped })),
        known.open.map(([id, minor, isStopped]) => [id, { minor, isStopped }]),
      )
      const lastOf = (list: readonly ClosedPosition[], before: number) =>
        list.filter(counts).reduce((last, { at }) => Math.max(last, at), before)
      let forgottenAt = known.lastAt ?? Number.NEGATIVE_INFINITY
      let lastAt = lastOf(positions.closed, forgottenAt)
      return {
        onTrade(trade) {
          if (positions.take(trade))
            forgottenAt = lastOf(positions.forgetUpTo(trade.closedAt - pauseMs, MOST_CLOSED), forgottenAt)
          // Also behind one that leaves its position open: an earlier closing of it may have counted as the last.
          lastAt = lastOf(positions.closed, forgottenAt)
        },
        problem: ({ now }) =>
          now < lastAt + pauseMs
            ? `${minutesText(lastAt + pauseMs - now)} of ${minutes} are left after a ${after}`
            : undefined,
        memory: () => cooldownMemory(positions, forgottenAt),
      }
    },
  })
}

function cooldownMemory({ closed, open }: ClosedPositions, lastAt: number): unknown {
  const hasLast = lastAt !== Number.NEGATIVE_INFINITY
  if (closed.length === 0 && open.size === 0 && !hasLast) return undefined
  return {
    closed: closed.map(({ at, minor, of, isStopped }) => [at, minor, of, isStopped]),
    open: [...open].map(([id, { minor, isStopped }]) => [id, minor, isStopped]),
    ...(hasLast && { lastAt }),
  }
}

/** What a {@link stopLossGuard} remembers of each side, or of both: its stops, and the last of too many. */
const StopsMemory = z.record(
  z.string(),
  z.object({
    times: z.array(z.number()),
    /** Whose stops they were, 0 where that is not known. Absent: of none. */
    of: z.array(z.number()).optional(),
    fullAt: z.number().optional(),
  }),
)

/** A number of stops within a window, and the pause that follows. */
export interface StopLossGuardOptions {
  /** Stops that are too many, from 1. */
  readonly stops: number
  /** Window in which they are counted, in minutes. */
  readonly withinMinutes: number
  /** How long no entry is made after the last of them, in minutes. */
  readonly pauseMinutes: number
  /** Counts and blocks each side for itself. Default false. */
  readonly bySide?: boolean
}

/**
 * Blocks entries after too many losing stops within a window; a stop that closes a position in several parts is one.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function stopLossGuard(options: StopLossGuardOptions): EntryProtection {
  const { stops, bySide = false } = options
  const withinMs = checkPositive('stopLossGuard', 'withinMinutes', options.withinMinutes) * MINUTE_MS
  const pauseMs = checkPositive('stopLossGuard', 'pauseMinutes', options.pauseMinutes) * MINUTE_MS
  const most = Math.max(stops, LEAST_KEPT_STOPS)
  if (!Number.isInteger(checkPositive('stopLossGuard', 'stops', stops)))
    throw new EngineError('invalid-options', `stopLossGuard was given ${stops} stops. Pass a whole number.`)
  return described('stopLossGuard', {
    name: 'stop-loss guard',
    settings: options,
    start(memory) {
      const sides = new Map(Object.entries(memory === undefined ? {} : StopsMemory.parse(memory)))
      return {
        onTrade(trade) {
          if (!isLosingStop(trade)) return
          const key = bySide ? trade.side : 'both'
          const before = sides.get(key)
          const { times, of } = withStop(before ?? NO_STOPS, trade, trade.closedAt - withinMs, most)
          // A trade of before the run may be told behind younger ones.
          const fullAt = Math.max(before?.fullAt ?? trade.closedAt, trade.closedAt)
          sides.set(key, { times, of, fullAt: times.length >= stops ? fullAt : before?.fullAt })
        },
        problem({ now, side }) {
          const fullAt = sides.get(bySide ? side : 'both')?.fullAt
          if (fullAt === undefined || now >= fullAt + pauseMs) return undefined
          return `${stops} stops within ${options.withinMinutes} min; ${minutesText(fullAt + pauseMs - now)} are left`
        },
        memory: () => (sides.size === 0 ? undefined : Object.fromEntries(sides)),
      }
    },
  })
}

/** Stops that are kept even where fewer are too many: behind a restart it may be more that are. */
const LEAST_KEPT_STOPS = 100

const NO_STOPS = { times: [] }

/**
 * The last `most` stops after an instant, with another one; the parts of one position are one, at the time of the last.
 *
 * Whether there are as many as are too many, `most` at most, is all that counts: those before the last `most` decide nothing.
 */
function withStop(
  { times, of = [] }: { readonly times: readonly number[]; readonly of?: readonly number[] | undefined },
  { positionId, exitReason, closedAt }: TradeResult,
  after: number,
  most: number,
): { times: number[]; of: number[] } {
  const isPart = (index: number) => exitReason === 'stop-loss' && of[index] === positionId
  const kept = [...times.keys()].filter(index => !isPart(index))
  const all = [
    ...kept.map(index => [times[index] ?? 0, of[index] ?? 0] as const),
    [closedAt, positionId ?? 0] as const,
  ]
  const inside = all
    .filter(([at]) => at > after)
    .sort(([one], [other]) => one - other)
    .slice(-most)
  return { times: inside.map(([at]) => at), of: inside.map(([, id]) => id) }
}
