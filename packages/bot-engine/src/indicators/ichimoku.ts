import { Extreme } from './extreme.ts'
import { type Indicator, type PriceRange, stepwise } from './indicator.ts'
import { checkPeriod, checkRange } from './input.ts'
import { Delay } from './window.ts'

/** The lines of an Ichimoku chart that are known at a bar's close. */
export interface IchimokuLines {
  /** Tenkan-sen: middle of the highest high and lowest low of the short period. */
  readonly conversion: number
  /** Kijun-sen: the same of the middle period. */
  readonly base: number
  /** Senkou span A made now, drawn `displacement` bars ahead: middle of conversion and base. */
  readonly leadA: number
  /** Senkou span B made now, drawn `displacement` bars ahead: middle of the long period. */
  readonly leadB: number
  /** Span A that lies over this bar: the `leadA` of `displacement` bars ago. */
  readonly spanA: number
  /** Span B that lies over this bar. */
  readonly spanB: number
}

/**
 * Ichimoku Kinko Hyo. The lagging line is the close itself, drawn `displacement` bars back, and left out: at its bar
 * nobody could know it. Ready after max(short, middle, long) + displacement bars.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see G. Hosoda, 1969; https://chartschool.stockcharts.com
 */
export function ichimoku(
  short = 9,
  middle = 26,
  long = 52,
  displacement = 26,
): Indicator<PriceRange, IchimokuLines> {
  const [conversions, bases, leads] = [new Middle(short), new Middle(middle), new Middle(long)]
  const spansA = new Delay(checkPeriod('ichimoku', displacement))
  const spansB = new Delay(displacement)
  return stepwise(bar => {
    checkRange('ichimoku', bar)
    const conversion = conversions.push(bar)
    const base = bases.push(bar)
    const leadB = leads.push(bar)
    if (conversion === undefined || base === undefined || leadB === undefined) return undefined
    const leadA = (conversion + base) / 2
    const spanA = spansA.push(leadA)
    const spanB = spansB.push(leadB)
    return Number.isNaN(spanA) ? undefined : { conversion, base, leadA, leadB, spanA, spanB }
  })
}

class Middle {
  private readonly highest: Extreme
  private readonly lowest: Extreme

  constructor(period: number) {
    checkPeriod('ichimoku', period)
    this.highest = new Extreme('highest', period)
    this.lowest = new Extreme('lowest', period)
  }

  push({ high, low }: PriceRange): number | undefined {
    const middle = (this.highest.push(high) + this.lowest.push(low)) / 2
    return this.highest.full ? middle : undefined
  }
}
