import { type Price, pointsToPrice, priceToPoints } from '@openclaw-trading/trading-model'

/** Decodes a price in 1/100000 (spots, bars, depth). */
export function decodePriceE5(points: number): Price {
  return pointsToPrice(points)
}

/** Encodes a price in 1/100000, rounded half away from zero. */
export function encodePriceE5(price: number): number {
  return priceToPoints(price)
}

/** Decodes a price sent as a double (orders, positions, deals): the nearest multiple of 1/100000, free of dust. */
export function decodePriceDouble(value: number): Price {
  return pointsToPrice(priceToPoints(value))
}
