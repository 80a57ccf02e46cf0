import { describe, expect, it } from 'vitest'
import { LookaheadGate } from './gate.ts'

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
