import { WIDE_QUOTE_LIMITS } from '@openclaw-trading/bot-engine'
import { expect, it } from 'vitest'
import { REPLAY_QUOTE_FILTER } from '../strategies/registry.ts'
import { limitsOf } from './limits.ts'

it.each(['simulated:v1', 'demo.ctraderapi.com', 'live.ctraderapi.com'])(
  'keeps bad quotes from a bot on %s, unless the operator says otherwise',
  environmentName => {
    expect(limitsOf({ quoteFilter: true }, { environmentName }).quoteFilter).toBe(WIDE_QUOTE_LIMITS)
    expect(limitsOf({ quoteFilter: false }, { environmentName }).quoteFilter).toBe(false)
  },
)

it('passes on how long every quote may be kept back', () => {
  const start = { environmentName: 'simulated:v1', quoteSilence: { keptBackAfterMs: 5000 } }
  expect(limitsOf({ quoteFilter: true }, start).keptBackAfterMs).toBe(5000)
  expect(limitsOf({ quoteFilter: true }, { environmentName: 'simulated:v1' })).not.toHaveProperty(
    'keptBackAfterMs',
  )
})

it('takes no weekend of a recording for a wrong time', () => {
  const { pauseMs } = REPLAY_QUOTE_FILTER
  const { quoteFilter } = limitsOf({ quoteFilter: true }, { environmentName: 'replay:r1' })
  expect(quoteFilter).toBe(REPLAY_QUOTE_FILTER)
  expect(pauseMs).toBeGreaterThan(72 * 3_600_000)
})
