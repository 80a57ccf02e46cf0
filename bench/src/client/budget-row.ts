import type { Row } from '../row.ts'

/** A thousand orders a second wanted where the broker allows fifty requests. */
export const budgetRow: Row = {
  bench: 'client',
  figures: [
    {
      name: 'budget-orders',
      title: 'B3: orders filled of 1,000 a second wanted, where 50 requests a second are allowed',
      unit: 'orders',
      better: 'more',
      of: 'sent',
      target: { vsLimit: 0.98 },
    },
    {
      name: 'budget-tokens',
      title: 'B3: orders filled of those that the broker allows',
      unit: '%',
      better: 'more',
      of: 'tokensUsed',
      target: { ours: 98 },
    },
    {
      name: 'budget-lost',
      title: 'B3: orders neither filled, nor refused with a code',
      unit: 'orders',
      better: 'less',
      of: 'lost',
      target: { ours: 0 },
    },
  ],
  contestants: { ours: 'client/budget-ours.ts', limit: 'client/budget-limit.ts', peers: {} },
  server: 'client/budget-server.ts',
  size: { full: 10, short: 2 },
}
