import { describe, expect, it } from 'vitest'
import { LookaheadGate, REWIND_WINDOW, RewindGate } from './gate.ts'

describe('LookaheadGate', () => {
  it('lets everything pass while all that was sent is confirmed', () => {
    const gate = new LookaheadGate(50)
    expect(gate.allows(1e15)).toBe(true)
    gate.push(1000)
    expect(gate.confirm(1)).toBe(true)
    expect(gate.allows(1e15)).toBe(true)
  })

  it('lets pass what is at most one latency behind the first unconfirmed message', () => {
    const gate = new LookaheadGate(50)
    gate.push(1000)
    gate.push(1020)
    expect(gate.allows(1050)).toBe(true)
    expect(gate.allows(1051)).toBe(false)
    gate.confirm(1)
    expect(gate.allows(1070)).toBe(true)
    expect(gate.allows(1071)).toBe(false)
  })

  it('knows the time of unconfirmed messages only', () => {
    const gate = new LookaheadGate(0)
    gate.push(7)
    gate.push(8)
    gate.confirm(1)
    expect(gate.timeOf(1)).toBeUndefined()
    expect(gate.timeOf(2)).toBe(8)
    expect(gate.timeOf(3)).toBeUndefined()
    expect(gate.timeOf(1.5)).toBeUndefined()
  })

  it('refuses marks that go back, run ahead or are no numbers', () => {
    const gate = new LookaheadGate(0)
    gate.push(1)
    gate.push(2)
    expect(gate.confirm(2)).toBe(true)
    expect(gate.confirm(1)).toBe(false)
    expect(gate.confirm(3)).toBe(false)
    expect(gate.confirm(Number.NaN)).toBe(false)
    expect(gate.confirm(2)).toBe(true)
  })

  it('keeps the times of a burst larger than its first capacity', () => {
    const gate = new LookaheadGate(1000)
    for (let n = 1; n <= 700; n++) gate.push(n)
    gate.confirm(600)
    for (let n = 701; n <= 5000; n++) gate.push(n)
    for (let n = 601; n <= 5000; n++) expect(gate.timeOf(n)).toBe(n)
  })
})

describe('RewindGate', () => {
  it('lets a window of messages pass beyond the last mark, whatever their times are', () => {
    const gate = new RewindGate()
    for (let n = 1; n < REWIND_WINDOW; n++) gate.push(n * 1e6)
    expect(gate.allows()).toBe(true)
    gate.push(1e12)
    expect(gate.allows()).toBe(false)
    gate.confirm(1)
    expect(gate.allows()).toBe(true)
  })

  it('stands still from the first order on a message to the barrier of the same message', () => {
    const gate = new RewindGate()
    for (let n = 1; n <= 5; n++) gate.push(n)
    expect([gate.shut(3), gate.allows(), gate.shut(3), gate.shut(4)]).toEqual([true, false, true, false])
    expect([gate.confirm(3), gate.confirm(2), gate.open(4)]).toEqual([false, true, false])
    expect([gate.open(3), gate.allows()]).toEqual([true, true])
  })

  it('takes messages back to one that is open, and no further', () => {
    const gate = new RewindGate()
    for (let n = 1; n <= 5; n++) gate.push(n * 10, n)
    gate.confirm(2)
    gate.takeBack(2)
    expect([gate.sent, gate.open(2), gate.open(6)]).toEqual([5, false, false])
    gate.takeBack(3)
    expect([gate.sent, gate.timeOf(3), gate.rowAfter(3), gate.timeOf(4)]).toEqual([3, 30, 3, undefined])
    gate.push(99, 9)
    expect([gate.timeOf(4), gate.rowAfter(4)]).toEqual([99, 9])
  })
})
