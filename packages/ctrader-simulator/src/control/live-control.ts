import type { Connection } from '../session/connection.ts'
import { Switchboard } from '../faults/switchboard.ts'
import { MarketTimer, WALL_TIMER } from '../faults/timer.ts'
import type { LiveVenue } from '../live/venue.ts'
import { endSessions } from '../oauth/grant-book.ts'
import type { LiveClockMode } from '../options.ts'
import { type Settings, speedOf } from '../settings.ts'
import { accountControl } from './account-control.ts'
import { type ConnectionFacts, createControl, type SimulatorControl } from './control.ts'

function connectionFacts({ id, applicationAuthorized, sessions }: Connection): ConnectionFacts {
  return { id, applicationAuthorized, accountAuthorized: sessions.size > 0 }
}

/** Faults and controls of a venue whose market runs on; under a manual clock delays count in market time. */
export function liveControl(
  venue: LiveVenue,
  mode: LiveClockMode,
  { instruments, logger, seed }: Settings,
  connections: () => Iterable<Connection>,
): { readonly board: Switchboard; readonly control: SimulatorControl } {
  const [{ facts }] = venue.accounts
  const { ctidTraderAccountId, grants } = facts
  const marketTimer = mode.clock === 'manual' ? new MarketTimer(() => venue.now) : undefined
  const board = new Switchboard({
    seed,
    logger,
    timer: marketTimer ?? WALL_TIMER,
    accountId: ctidTraderAccountId,
    accountsOf: id =>
      Array.from(connections()).flatMap(each => (each.id === id ? [...each.sessions.keys()] : [])),
    invalidateTokens(ids, { reason = 'Access token was invalidated', revokes = false }) {
      endSessions(grants.usesOf(ids, revokes), grants, reason)
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
    positions: () => venue.accounts.flatMap(({ exchange }) => exchange.positions),
    pendingOrders: () => venue.accounts.flatMap(({ exchange }) => exchange.pendingOrders),
    connections: () => Array.from(connections(), connectionFacts),
    accounts: accountControl(venue),
  }
  return { board, control: createControl(controlled, board, () => marketTimer?.runDue()) }
}
