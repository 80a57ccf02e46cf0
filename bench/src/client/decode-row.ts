import type { Row } from '../row.ts'

/** A client from the TLS socket to a typed callback: CPU per spot event, and the memory that it takes. */
export const decodeRow: Row = {
  bench: 'client',
  figures: [
    {
      name: 'decode-tls',
      title: 'A1: a spot event from the TLS socket to a typed callback, CPU of the client',
      unit: 'us/msg',
      better: 'less',
      of: 'cpu',
      target: { vsLimit: 2, vsPeer: { 'ctrader-layer': 1 / 90 } },
    },
    {
      name: 'decode-memory',
      title: 'A2: peak memory of the client while it decodes',
      unit: 'MB',
      better: 'less',
      of: 'peakMb',
      target: { overLimit: 15 },
    },
    {
      name: 'decode-memory-growth',
      title: 'A2: growth of the peak over the second half of the messages',
      unit: 'MB',
      better: 'less',
      of: 'growthMb',
      target: { ours: 4 },
    },
  ],
  contestants: {
    ours: 'client/decode-ours.ts',
    limit: 'client/decode-limit.ts',
    peers: { 'ctrader-layer': 'client/decode-ctrader-layer.ts' },
  },
  server: 'client/spot-server.ts',
  size: { full: 10_000_000, short: 50_000 },
  peerSize: { full: 100_000, short: 30_000 },
}
