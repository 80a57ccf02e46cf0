import { describe, expect, it } from 'vitest'
import { usd } from './fixtures.ts'
import { amountText, changeText, lotsText, percentText, priceText, resultText } from './number-text.ts'

describe('amountText', () => {
  it('groups by narrow spaces, keeps all digits and uses the wide minus', () => {
    expect(amountText(usd(1_041_220))).toBe('10\u202f412.20')
    expect(amountText(usd(-5))).toBe('\u22120.05')
    expect(amountText({ minor: -1_234_567_890, digits: 0, currency: 'JPY' })).toBe(
      '\u22121\u202f234\u202f567\u202f890',
    )
  })

  it('writes a plus only when asked and never before zero', () => {
    expect(amountText(usd(1240))).toBe('12.40')
    expect(amountText(usd(1240), { plus: true })).toBe('+12.40')
    expect(amountText(usd(0), { plus: true })).toBe('0.00')
  })

  it('keeps the eight digits of a currency that has them', () => {
    expect(amountText({ minor: 1, digits: 8, currency: 'BTC' })).toBe('0.00000001')
  })
})

describe('resultText', () => {
  it('tells profit, loss and neither by glyph, sign and word', () => {
    expect(resultText(usd(1240))).toEqual({
      direction: 'profit',
      glyph: '▲',
      amount: '+12.40',
      spoken: 'profit 12.40 USD',
    })
    expect(resultText(usd(-420))).toEqual({
      direction: 'loss',
      glyph: '▼',
      amount: '\u22124.20',
      spoken: 'loss 4.20 USD',
    })
    expect(resultText(usd(0)).glyph).toBe('■')
  })
})

describe('prices and volumes', () => {
  it('writes a price with the digits of its symbol', () => {
    expect(priceText(4071.2, 2)).toBe('4\u202f071.20')
    expect(priceText(1.08431, 5)).toBe('1.08431')
  })

  it('shows no sign for a change that rounds to nothing', () => {
    expect(changeText(-0.001, 2)).toBe('0.00')
    expect(changeText(-1.2, 2)).toBe('\u22121.20')
    expect(percentText(0.0031)).toBe('+0.31 %')
  })

  it('shows lots with two digits, more only when the volume has them', () => {
    expect(lotsText(0.1)).toBe('0.10')
    expect(lotsText(1)).toBe('1.00')
    expect(lotsText(0.125)).toBe('0.125')
  })
})
