import type { TLSSocket } from 'node:tls'
import { startVenue } from './venue.ts'
import { ACCOUNT_ID, spotFrame } from './wire.ts'

// Sends spot events as fast as the reader takes them.

const burst = Buffer.concat(Array.from({ length: 1000 }, (_, i) => spotFrame(ACCOUNT_ID, i)))

function stream(socket: TLSSocket): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(burst)) {
      // Fills the socket until it pushes back; 'drain' goes on.
    }
  }
  socket.on('drain', more)
  more()
}

await startVenue({ onSubscribed: stream })
