import type { BacktestReport, RefusedOrders } from '@openclaw-trading/bot-engine'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import type { Instrument } from '@openclaw-trading/trading-model'
import type { Warning } from '../output.ts'
import type { PreparedRun } from '../research/prepare.ts'

/** What there is to do about a refusal, by its code; the venue's words say the rest. */
const FIXES: Readonly<Record<string, (instrument: Instrument) => string>> = {
  TRADING_BAD_VOLUME: ({ name, minVolume, maxVolume, volumeStep }) =>
    `${name} trades ${minVolume} to ${maxVolume} lots in steps of ${volumeStep}. Fix: such a volume, or riskPercent, which is rounded to the step.`,
  NOT_ENOUGH_MONEY: () => 'Fix: a smaller volume, or another --balance or --leverage.',
  MARKET_CLOSED: () =>
    'Fix: enter within the hours of the symbol; many of these mean that the times of the data are of another zone.',
  TRADING_BAD_STOPS: () => 'Fix: the stop on the losing side of the price, the target on the winning side.',
  PROTECTION_IS_TOO_CLOSE_TO_MARKET: ({ costs: { minStopDistance = 0, minTargetDistance = 0 } }) =>
    `Fix: a stop at least ${minStopDistance} points from the price, and a target ${minTargetDistance}.`,
  TRADING_BAD_PRICES: () =>
    'Fix: a buy limit or sell stop below the price, a sell limit or buy stop above it.',
  TOO_MANY_POSITIONS: () => 'Fix: look at ctx.positions before an entry.',
}

/** Orders that the venue refused: by code how many, and the first with its values and what to do. */
export function ordersRefused(
  { refused, orderCount }: Pick<BacktestReport, 'refused' | 'orderCount'>,
  { data: { instrument } }: Pick<PreparedRun, 'data'>,
): Warning {
  const count = refused.reduce((sum, one) => sum + one.count, 0)
  const lines = refused.map(one => `\n${lineOf(one, instrument)}`)
  return {
    code: 'orders-refused',
    message: `The venue refused ${grouped(count)} of ${grouped(Math.max(count, orderCount))} orders.${lines.join('')}`,
  }
}

function lineOf({ code, count, first }: RefusedOrders, instrument: Instrument): string {
  const { at, side, volume, description } = first
  const fix = FIXES[code]?.(instrument)
  // The range of volumes is told in lots by the fix; in hundredths of a unit nobody would know it.
  const why = description === code || code === 'TRADING_BAD_VOLUME' ? '' : ` (${description})`
  const told = fix === undefined ? '' : ` ${fix}`
  return `${code} ${grouped(count)} ×, first ${side} ${volume} lots at ${new Date(at).toISOString()}${why}.${told}`
}
