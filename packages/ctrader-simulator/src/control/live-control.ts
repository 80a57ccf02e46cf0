import type { Connection } from '../connection.ts'
import { Switchboard } from '../faults/switchboard.ts'
import { MarketTimer, WALL_TIMER } from '../faults/timer.ts'
import type { LiveVenue } from '../live/venue.ts'
import { endSessions } from '../oauth/grant-book.ts'
import type { LiveClockMode } from '../options.ts'
import { type Settings, speedOf } from '../settings.ts'
import { createControl, type SimulatorControl } from './control.ts'

/** Faults and controls of a venue whose market runs on; under a manual clock delays count in market time. */
export function liveControl(
  venue: LiveVenue,
  mode: LiveClockMode,
  { instruments, logger, seed }: Settings,
  connections: () => Iterable<Connection>,
): { readonly board: Switchboard; readonly control: SimulatorControl } {
  const { ctidTraderAccountId, grants } = venue.facts
  const marketTimer = mode.clock === 'manual' ? new MarketTimer(() => venue.now) : undefined
  const board = new Switchboard({
    seed,
    logger,
    timer: marketTimer ?? WALL_TIMER,
    accountId: ctidTraderAccountId,
    invalidateTokens(ids, { reason = 'Access token was invalidated', revokes = false }) {
      endSessions(grants.orphansOf(ids, revokes), grants, ctidTraderAccountId, reason)
    },
  })
  const controlled = {
    instruments,
    speed: speedOf(mode),
    now: () => venue.now,
    advanceTo: (at: number) => venue.advanceTo(at),
    setSpeed: (speed: number) => venue.setSpeed(speed),
    injectQuote: (symbolId: number, bid: number, ask: number) => venue.injectQuote(symbolId, bid, ask),
    quoteOf: (symbolId: number) => venue.quoteOf(symbolId),
    observe: venue.observe.bind(venue),
    positions: () => venue.exchange.positions,
    pendingOrders: () => venue.exchange.pendingOrders,
    connections,
  }
  return { board, control: createControl(controlled, board, () => marketTimer?.runDue()) }
}
