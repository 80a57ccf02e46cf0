import { encodeSpotFrame } from '@openclaw-trading/ctrader-client/protocol'
import { describe, expect, it } from 'vitest'
import { Outbox } from './outbox.ts'

describe('Outbox', () => {
  it('hands out everything once, in order, also beyond its first capacity', () => {
    const outbox = new Outbox()
    const frames = Array.from({ length: 300 }, (_, i) => new Uint8Array(100).fill(i % 256))
    for (const frame of frames) outbox.append(frame)
    expect(outbox.length).toBe(30_000)
    expect(outbox.take()).toEqual(Buffer.concat(frames))
    expect(outbox.take().length).toBe(0)
  })

  it('keeps what it handed out when new frames come', () => {
    const outbox = new Outbox()
    outbox.append(new Uint8Array([1, 2]))
    const taken = outbox.take()
    outbox.append(new Uint8Array([9, 9]))
    expect([...taken]).toEqual([1, 2])
  })

  it('writes spot events in their place, also where its capacity ends', () => {
    const outbox = new Outbox()
    const spots = Array.from({ length: 2000 }, (_, i) => ({
      ctidTraderAccountId: 12_345_678,
      symbolId: 41,
      bid: 263_500_000 + i,
      ask: 1 + i,
      timestamp: 1_736_146_800_000 + 997 * i,
    }))
    for (const spot of spots) outbox.appendSpot(spot)
    expect(outbox.take()).toEqual(Buffer.concat(spots.map(encodeSpotFrame)))
  })
})
