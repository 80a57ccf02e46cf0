import { startVenue } from './venue.ts'
import { ACCOUNT_ID, executionFrame } from './wire.ts'

// Fills every order.

const NEW_ORDER = 2106
const FILLED = 3

await startVenue({
  onSubscribed() {
    // The contestants begin by themselves.
  },
  onMessage(socket, payloadType, clientMsgId) {
    if (payloadType === NEW_ORDER) socket.write(executionFrame(ACCOUNT_ID, FILLED, clientMsgId))
  },
})
