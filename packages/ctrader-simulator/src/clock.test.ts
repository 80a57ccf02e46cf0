import { describe, expect, it } from 'vitest'
import { MarketClock } from './clock.ts'

function manual(speed: number): { clock: MarketClock; wait: (ms: number) => void } {
  let wall = 500
  const clock = new MarketClock(speed, 10_000, () => wall)
  return {
    clock,
    wait: ms => {
      wall += ms
    },
  }
}

describe('MarketClock', () => {
  it('runs at its speed, also between steps', () => {
    const { clock, wait } = manual(60)
    wait(25)
    expect(clock.now()).toBe(11_500)
    expect(clock.advance()).toBe(11_500)
    wait(10)
    expect(clock.now()).toBe(12_100)
  })

  it('loses no fraction of a millisecond over many steps', () => {
    const { clock, wait } = manual(0.1)
    for (let i = 0; i < 1000; i++) {
      wait(1)
      clock.advance()
    }
    expect(clock.now()).toBeGreaterThanOrEqual(10_099)
  })

  it('counts a long pause as one second, because the market slept too', () => {
    const { clock, wait } = manual(60)
    wait(3_600_000)
    expect(clock.now()).toBe(70_000)
    expect(clock.advance()).toBe(70_000)
  })

  it('stands still when told, without losing or winning time', () => {
    const { clock, wait } = manual(10)
    wait(10)
    clock.setRunning(false)
    wait(500)
    expect(clock.now()).toBe(10_100)
    clock.setRunning(true)
    expect(clock.now()).toBe(10_100)
    wait(10)
    expect(clock.advance()).toBe(10_200)
  })

  it('jumps forward only', () => {
    const { clock } = manual(1)
    clock.jumpTo(20_000)
    expect(clock.now()).toBe(20_000)
    clock.jumpTo(15_000)
    expect(clock.now()).toBe(20_000)
  })
})
