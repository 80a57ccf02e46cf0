import type { Position, Rules, Side } from './model.ts'

const DAY = 86_400_000

/** A fraction as a whole number, half away from zero; cut off where that is the planted fault. */
export function rounded(numerator: bigint, denominator: bigint, rules: Rules): number {
  const negative = numerator < 0n
  const size = negative ? -numerator : numerator
  const whole = rules.faults.has('money cut off')
    ? size / denominator
    : (2n * size + denominator) / (2n * denominator)
  return Number(negative ? -whole : whole) + 0
}

/** Eight decimals of a rate as a whole number. */
const scaledRate = (rate: number) => BigInt(Math.round(rate * 1e8))

/** What one side of a deal costs, 0 or below. */
export function commissionOf(rules: Rules, cents: number, price: number): number {
  const { commission, minCommission } = rules
  let charged = 0
  if (commission !== undefined) {
    const rate = scaledRate(commission.rate)
    const volume = BigInt(cents)
    const value = BigInt(price) * volume
    // The account has cents: × 100. A value in points × cents is 10^7 times the dollars.
    if (commission.per === 'lot')
      charged = rounded(rate * volume * 100n, BigInt(rules.lotCents) * 10n ** 8n, rules)
    if (commission.per === 'million') charged = rounded(rate * value * 100n, 10n ** (7n + 6n + 8n), rules)
    if (commission.per === 'percent') charged = rounded(rate * value * 100n, 10n ** (7n + 2n + 8n), rules)
  }
  return -Math.max(charged, rounded(scaledRate(minCommission) * 100n, 10n ** 8n, rules)) + 0
}

export function grossOf(rules: Rules, side: Side, entry: number, exit: number, cents: number): number {
  const difference = side === 'buy' ? exit - entry : entry - exit
  return rounded(BigInt(difference) * BigInt(cents) * 100n, 10n ** 7n, rules)
}

export function marginOf(rules: Rules, price: number, cents: number): number {
  return rounded(BigInt(price) * BigInt(cents) * 100n, 10n ** 7n * BigInt(rules.leverage), rules)
}

export function totalMargin(rules: Rules, positions: readonly { side: Side; margin: number }[]): number {
  const sum = (side: Side) =>
    positions.filter(position => position.side === side).reduce((total, { margin }) => total + margin, 0)
  const [long, short] = [sum('buy'), sum('sell')]
  if (rules.marginMethod === 'sum') return long + short
  return rules.marginMethod === 'max' ? Math.max(long, short) : Math.abs(long - short)
}

/** The n-th charge of a position that was charged last, or opened, at `after`. */
export function nextSwapAfter(rules: Rules, after: number, skipped: number): number {
  const { swap } = rules
  if (swap === undefined || (swap.long === 0 && swap.short === 0)) return Number.POSITIVE_INFINITY
  let left = skipped
  for (let day = Math.floor(after / DAY); ; day++) {
    const at = day * DAY + swap.minute * 60_000
    const weekday = (day + 4) % 7
    if (at <= after || (!swap.weekends && (weekday === 0 || weekday === 6))) continue
    if (left === 0) return at
    left--
  }
}

/** One charge of swap at the price at which the position would close; negative is charged. */
export function swapOf(rules: Rules, { side, cents, nextSwap }: Position, exit: number): number {
  const { swap } = rules
  if (swap === undefined) return 0
  const rate = scaledRate(side === 'buy' ? swap.long : swap.short)
  const isTriple = (Math.floor(nextSwap / DAY) + 4) % 7 === swap.tripleDay
  const times = isTriple && !rules.faults.has('no triple swap') ? 3n : 1n
  const money = rate * BigInt(cents) * times * 100n
  if (swap.unit === 'percent') return rounded(money * BigInt(exit), 10n ** (8n + 7n + 2n) * 360n, rules)
  return rounded(money * BigInt(swap.unit === 'pips' ? swap.pip : rules.tick), 10n ** (8n + 7n), rules)
}
