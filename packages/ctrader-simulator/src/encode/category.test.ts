import { describe, expect, it } from 'vitest'
import { ASSET_CLASSES, categoryIdOf, SYMBOL_CATEGORIES } from './category.ts'

describe('the categories of the venue', () => {
  it.each([
    ['EUR', 'USD', 'Majors', 'Forex'],
    ['USD', 'JPY', 'Majors', 'Forex'],
    ['EUR', 'GBP', 'Crosses', 'Forex'],
    ['XAU', 'USD', 'Precious Metals', 'Metals'],
    ['BTC', 'USD', 'Crypto Currencies', 'Crypto Currency'],
    ['US100', 'USD', 'CFDs', 'Others'],
  ])('put %s/%s into %s of %s', (base, quote, category, assetClass) => {
    const found = SYMBOL_CATEGORIES.find(({ id }) => id === categoryIdOf({ base, quote }))
    expect(found?.name).toBe(category)
    expect(ASSET_CLASSES.find(({ id }) => id === found?.assetClassId)?.name).toBe(assetClass)
  })
})
