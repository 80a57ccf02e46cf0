import type { Row } from '../row.ts'

/** From a tick that the server sends to the order that comes back to it: the client's share and two wire trips. */
export const orderRow: Row = {
  bench: 'client',
  figures: [
    {
      name: 'tick-to-order-p50',
      title: 'B1: tick to order on the wire over TLS, median',
      unit: 'us',
      better: 'less',
      of: 'p50',
      target: { vsLimit: 1.15, vsPeer: { 'ctrader-layer': 0.65 } },
    },
    {
      name: 'tick-to-order-p99',
      title: 'B2: tick to order on the wire over TLS, 99th percentile',
      unit: 'us',
      better: 'less',
      of: 'p99',
      summary: 'best',
      target: { vsLimit: 1.5 },
    },
  ],
  contestants: {
    ours: 'client/order-ours.ts',
    limit: 'client/order-limit.ts',
    peers: { 'ctrader-layer': 'client/order-ctrader-layer.ts' },
  },
  server: 'client/order-server.ts',
  measuredAt: 'server',
  size: { full: 3000, short: 200 },
}
