import { createServer, type TLSSocket } from 'node:tls'
import { generate } from 'selfsigned'
import { writeCaFile } from '../ca-file.ts'
import { ACCOUNT_ID, frame, readFrames, varintField } from './wire.ts'

const SUBSCRIBE = 2127
const answers: Readonly<Record<number, () => Buffer>> = {
  // Application auth, version, account list, account auth, symbol subscription.
  2100: () => Buffer.alloc(0),
  2104: () => Buffer.from([0x12, 2, 0x39, 0x31]),
  2149: () => Buffer.concat([Buffer.from([0x12, 1, 0x74, 0x22, 2]), varintField(1, ACCOUNT_ID)]),
  2102: () => varintField(2, ACCOUNT_ID),
  [SUBSCRIBE]: () => varintField(2, ACCOUNT_ID),
}

/** What a bench makes of a {@link startVenue}. */
export interface VenueScript {
  /** The contestant has subscribed. */
  onSubscribed(socket: TLSSocket): void
  /** Any message that belongs to no log-in. */
  onMessage?(socket: TLSSocket, payloadType: number, clientMsgId: string | undefined): void
}

/**
 * Starts a venue reduced to what every contestant needs: it answers the log-in of any client and a subscription, and
 * leaves the rest to the script. It is written by hand so that it favours nobody.
 */
export async function startVenue(script: VenueScript): Promise<void> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  const caFile = writeCaFile(cert)
  const server = createServer({ key, cert }, socket => {
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    readFrames(socket, (payloadType, clientMsgId) => {
      const answer = answers[payloadType]
      if (answer === undefined) script.onMessage?.(socket, payloadType, clientMsgId)
      else socket.write(frame(payloadType + 1, answer(), clientMsgId))
      if (payloadType === SUBSCRIBE) setImmediate(() => script.onSubscribed(socket))
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (address === null || typeof address === 'string') return
    const info = { BENCH_PORT: String(address.port), BENCH_CA_FILE: caFile }
    process.stdout.write(`ready ${JSON.stringify(info)}\n`)
  })
}
