import { writeFileSync } from 'node:fs'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type TLSSocket } from 'node:tls'
import { generate } from 'selfsigned'
import { frame, readFrames, spotFrame, varintField } from './wire.ts'

// A venue reduced to what every contestant needs: it answers the log-in of any client and, on a subscription,
// sends spot events as fast as the reader takes them. It is written by hand so that it favours nobody.

const ACCOUNT_ID = 1
const answers: Readonly<Record<number, () => Buffer>> = {
  // Application auth, version, account list, account auth, symbol subscription.
  2100: () => Buffer.alloc(0),
  2104: () => Buffer.from([0x12, 2, 0x39, 0x31]),
  2149: () => Buffer.concat([Buffer.from([0x12, 1, 0x74, 0x22, 2]), varintField(1, ACCOUNT_ID)]),
  2102: () => varintField(2, ACCOUNT_ID),
  2127: () => varintField(2, ACCOUNT_ID),
}

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
const caFile = join(mkdtempSync(join(tmpdir(), 'claw-bench-')), 'ca.pem')
writeFileSync(caFile, cert)

const server = createServer({ key, cert }, socket => {
  socket.on('error', () => socket.destroy())
  readFrames(socket, (payloadType, clientMsgId) => {
    const answer = answers[payloadType]
    if (answer === undefined) return
    socket.write(frame(payloadType + 1, answer(), clientMsgId))
    if (payloadType === 2127) setImmediate(() => stream(socket))
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address === null || typeof address === 'string') return
  process.stdout.write(
    `ready ${JSON.stringify({ BENCH_PORT: String(address.port), BENCH_CA_FILE: caFile })}\n`,
  )
})
