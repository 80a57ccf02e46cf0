import { money, type UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { Protections } from '../risk/protection.ts'
import type { EntryProtection } from '../strategy/entry-protection.ts'
import { maxDailyLoss, maxDrawdown, newsBlackout } from './equity-protections.ts'
import { describeProtections, remakeProtections } from './remake.ts'
import { lowProfitLock } from './low-profit-lock.ts'
import { cooldown, stopLossGuard } from './trade-protections.ts'

const MINUTE_MS = 60_000
const usd = (minor: number) => money(minor, 2, 'USD')

/** Each with settings that differ from the defaults, and all of them block within the day below. */
const all: readonly EntryProtection[] = [
  cooldown({ minutes: 7, after: 'loss' }),
  stopLossGuard({ stops: 2, withinMinutes: 90, pauseMinutes: 20, bySide: true }),
  lowProfitLock({ withinMinutes: 60, minTrades: 2, minNet: usd(100), pauseMinutes: 15 }),
  maxDrawdown({ percent: 3, pauseMinutes: 25 }),
  maxDailyLoss({ loss: usd(4000), day: { at: '00:30', timeZone: 'Europe/London' } }),
  newsBlackout([
    { from: (100 * MINUTE_MS) as UnixMs, to: (130 * MINUTE_MS) as UnixMs, name: 'CPI' },
    { from: (10 * MINUTE_MS) as UnixMs, to: (20 * MINUTE_MS) as UnixMs },
  ]),
]

/** What a protection says at each minute of three hours with losing stops every ten minutes. */
function reasons(protection: EntryProtection): readonly (string | undefined)[] {
  const state = new Protections([protection])
  return Array.from({ length: 180 }, (_, minute) => {
    const now = minute * MINUTE_MS
    if (minute % 10 === 5)
      state.onTrade({
        side: minute < 90 ? 'buy' : 'sell',
        exitReason: 'stop-loss',
        closedAt: now as UnixMs,
        net: usd(-300),
      })
    return state.problem({ now, side: 'buy', equityMinor: 100_000 - 30 * minute })
  })
}

describe('a protection that crosses threads', () => {
  it.each(all.map(protection => [protection.name, protection] as const))(
    '%s is the same after it',
    (_, protection) => {
      const [again] = remakeProtections(structuredClone(describeProtections([protection])))
      expect(again).not.toBe(protection)
      expect(again?.name).toBe(protection.name)
      expect(again?.settings).toEqual(protection.settings)
      const expected = reasons(protection)
      expect(expected.some(reason => reason !== undefined)).toBe(true)
      expect(again && reasons(again)).toEqual(expected)
    },
  )

  it('is one of ours: of a copy of one with its own rule nobody knows how to make it', () => {
    const own = { ...cooldown({ minutes: 5 }), start: () => ({ problem: () => 'never' }) }
    expect(() => describeProtections([maxDrawdown({ percent: 5 }), own])).toThrow(
      '[invalid-options] protections[1], "cooldown", cannot be sent to a thread',
    )
    expect(() => describeProtections([own])).toThrow('workers: 0')
  })

  it('is of a kind that both sides know', () => {
    expect(() => remakeProtections([{ kind: 'moonPhase', settings: {} }])).toThrow(
      'There is no protection "moonPhase"',
    )
  })
})
