import type { Connection } from './connection.ts'
import {
  encodeBalanceChange,
  encodeMarginCall,
  encodeMarginChange,
  encodeSwapCharge,
} from '../encode/account-events.ts'
import { encodeExecution, encodeRejection, encodeTrailing } from '../encode/execution.ts'
import { encodeTrader } from '../encode/trader.ts'
import { accountFrame, type VenueFacts } from '../venue.ts'
import type { VenueEvent } from '../venue-events.ts'

/**
 * Tells every connection of the account what happened; the one that asked gets its id back.
 *
 * A refusal goes to the one that asked alone. Nothing leaves before {@link Connection.flush}.
 */
export function broadcast(
  event: VenueEvent,
  connections: Iterable<Connection>,
  facts: VenueFacts,
  balanceVersion: number,
): void {
  const frame = accountFrame(facts)
  if (event.type === 'order-rejected') {
    const message = encodeRejection(event, frame)
    for (const connection of connections)
      if (connection.id === event.tag?.connectionId) connection.send(2132, message, event.tag.clientMsgId)
    return
  }
  for (const connection of connections)
    if (connection.sessions.has(facts.ctidTraderAccountId)) tell(event, connection, facts, balanceVersion)
}

function tell(
  event: Exclude<VenueEvent, { type: 'order-rejected' }>,
  connection: Connection,
  facts: VenueFacts,
  balanceVersion: number,
): void {
  const frame = accountFrame(facts)
  const { ctidTraderAccountId } = facts
  switch (event.type) {
    case 'swap-charged':
      return connection.send(2126, encodeSwapCharge(event, frame))
    case 'balance-changed': {
      const { change } = event
      connection.send(2126, encodeBalanceChange(change, frame))
      const trader = encodeTrader({ facts, balanceMinor: change.balanceMinor, balanceVersion })
      return connection.send(2123, { ctidTraderAccountId, trader })
    }
    case 'margin-call': {
      const marginCall = encodeMarginCall(event.index, { percent: event.percent, updatedAt: event.at })
      return connection.send(2172, { ctidTraderAccountId, marginCall })
    }
    case 'trailing-moved':
      return connection.send(2107, encodeTrailing(event, frame))
    case 'margin-changed':
      return connection.send(2141, encodeMarginChange(event, frame))
    default: {
      const hearsId = connection.id === event.tag?.connectionId || connection.hearsForeignIds()
      const message = encodeExecution(event, frame, balanceVersion)
      connection.send(2126, message, hearsId ? event.tag?.clientMsgId : undefined)
    }
  }
}
