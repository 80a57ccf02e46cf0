import { describe, expect, it } from 'vitest'
import { centsToLots, lots, lotsToCents, lotsToUnits, roundVolume, unitsToLots } from './volume.ts'

const gold = { lotSize: 100, volumeStep: lots(0.01) }
const euro = { lotSize: 100_000, volumeStep: lots(0.01) }

describe('lots', () => {
  it('[row 17] count units of the base asset by the size of a lot', () => {
    expect(lotsToUnits(gold, lots(0.29))).toBe(29)
    expect(lotsToUnits(euro, lots(0.01))).toBe(1000)
    expect(unitsToLots(euro, 250_000)).toBe(2.5)
  })

  it('are whole hundredths of a unit on the wire', () => {
    expect(lotsToCents(gold, lots(0.07))).toBe(700)
    expect(centsToLots(gold, 700)).toBe(0.07)
  })

  it.each([-0.01, Number.NaN, Number.POSITIVE_INFINITY])('refuse %d as a volume', value => {
    expect(() => lots(value)).toThrowError('[invalid-value]')
  })
})

describe('roundVolume', () => {
  it('[row 17] rounds down by default, so that risk never grows by rounding', () => {
    expect(roundVolume(gold, 0.0199)).toBe(0.01)
    expect(roundVolume(gold, 0.0099)).toBe(0)
  })

  it('keeps a volume that is already a multiple of the step', () => {
    for (let step = 0; step <= 500; step++) expect(roundVolume(gold, step / 100)).toBe(step / 100)
  })

  it('keeps 0.1 + 0.2 lots at 0.3, not one step below or above', () => {
    expect(roundVolume(gold, 0.1 + 0.2)).toBe(0.3)
    expect(roundVolume(gold, 0.3 - 1e-12)).toBe(0.3)
  })

  it('rounds to the nearest step when asked to', () => {
    expect(roundVolume(gold, 0.0151, 'nearest')).toBe(0.02)
    expect(roundVolume(gold, 0.0149, 'nearest')).toBe(0.01)
  })

  it('rounds to a step that is not a power of ten', () => {
    expect(roundVolume({ lotSize: 100, volumeStep: lots(0.25) }, 0.99)).toBe(0.75)
  })

  it.each([-1, Number.NaN])('refuses %d', value => {
    expect(() => roundVolume(gold, value)).toThrowError('[invalid-value]')
  })
})
