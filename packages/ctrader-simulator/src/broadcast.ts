import type { Connection } from './connection.ts'
import { encodeExecution, encodeRejection, encodeTrailing } from './encode/execution.ts'
import { accountFrame, type VenueEvent, type VenueFacts } from './venue.ts'

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
  } else if (event.type === 'trailing-moved') {
    const message = encodeTrailing(event, frame)
    for (const connection of authorised(connections)) connection.send(2107, message)
  } else {
    const message = encodeExecution(event, frame, balanceVersion)
    for (const connection of authorised(connections)) {
      const isCaller = connection.id === event.tag?.connectionId
      connection.send(2126, message, isCaller ? event.tag?.clientMsgId : undefined)
    }
  }
}

function authorised(connections: Iterable<Connection>): readonly Connection[] {
  return [...connections].filter(({ accountAuthorized }) => accountAuthorized)
}
