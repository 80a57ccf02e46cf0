import type { ClawConfig } from '@openclaw-trading/cli'

export default {
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
  market: {
    symbol: 'XAUUSD',
    // A seeded market until you have recorded data: claw data import, or claw data get with an account.
    synthetic: { seed: 1, bars: 50_000, from: '2024-01-02' },
  },
} satisfies ClawConfig
