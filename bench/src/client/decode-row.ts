import type { Row } from '../row.ts'

/** CPU of a client from the TLS socket to a typed callback, per spot event. */
export const decodeRow: Row = {
  bench: 'client',
  name: 'decode-tls',
  title: 'A1: a spot event from the TLS socket to a typed callback, CPU of the client',
  unit: 'us/msg',
  better: 'less',
  contestants: {
    ours: 'client/decode-ours.ts',
    limit: 'client/decode-limit.ts',
    peers: { 'ctrader-layer': 'client/decode-ctrader-layer.ts' },
  },
  server: 'client/spot-server.ts',
  target: { vsLimit: 2, vsPeer: { 'ctrader-layer': 1 / 90 } },
  size: { full: 2_000_000, short: 50_000 },
  peerSize: { full: 100_000, short: 30_000 },
}
