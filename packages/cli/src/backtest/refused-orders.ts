import type { BacktestReport, RefusedChanges, RefusedOrders } from '@openclaw-trading/bot-engine'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import type { Instrument } from '@openclaw-trading/trading-model'
import type { Warning } from '../output.ts'

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

/** The same of closes, protections and waiting orders, where it differs. */
const CHANGE_FIXES: Readonly<Record<string, (instrument: Instrument) => string>> = {
  ...FIXES,
  TRADING_BAD_VOLUME: ({ name, minVolume, volumeStep }) =>
    `${name} closes in steps of ${volumeStep} lots, at least ${minVolume}, and no more than is open. Fix: round the part to the step.`,
  TRADING_BAD_STOPS: () =>
    'Fix: of a buy the stop below the bid and the target above it, of a sell the stop above the ask and the target below it.',
  MARKET_CLOSED: () => 'Fix: ask for it within the hours of the symbol, before the close.',
}

const KINDS = {
  close: ['close', 'closes'],
  protection: ['change of a protection', 'changes of protections'],
  amendment: ['change of a waiting order', 'changes of waiting orders'],
  cancel: ['cancel', 'cancels'],
} as const satisfies Record<RefusedChanges['kind'], readonly [one: string, many: string]>

/** What it was about had ended meanwhile, which any delay can do. */
const ENDED: readonly string[] = ['POSITION_NOT_FOUND', 'ORDER_NOT_FOUND']

/** In how many runs of a search it was, behind what was refused. */
interface Among {
  readonly orders?: string
  readonly changes?: string
}

/** What the venue refused, each with how often, and the first with its values and what to do; empty where it refused nothing. */
export function refusals(
  report: Pick<BacktestReport, 'refused' | 'refusedChanges'>,
  instrument: Instrument,
  orderCount?: number,
  among: Among = {},
): readonly Warning[] {
  const { refused } = report
  const changes = report.refusedChanges.filter(({ code }) => !ENDED.includes(code))
  return [
    ...(refused.length === 0 ? [] : [ordersRefused(refused, instrument, orderCount, among.orders)]),
    ...(changes.length === 0 ? [] : [changesRefused(changes, instrument, among.changes)]),
  ]
}

function ordersRefused(
  refused: readonly RefusedOrders[],
  instrument: Instrument,
  orderCount: number | undefined,
  among = '',
): Warning {
  const count = counted(refused)
  const of = orderCount === undefined ? '' : `of ${grouped(Math.max(count, orderCount))} `
  const lines = refused.map(one => `\n${lineOf(one, instrument)}`)
  return {
    code: 'orders-refused',
    message: `The venue refused ${grouped(count)} ${of}orders${among}.${lines.join('')}`,
  }
}

function changesRefused(changes: readonly RefusedChanges[], instrument: Instrument, among = ''): Warning {
  const kinds = [...new Set(changes.map(({ kind }) => kind))].map(kind => {
    const count = counted(changes.filter(one => one.kind === kind))
    return `${grouped(count)} ${KINDS[kind][count === 1 ? 0 : 1]}`
  })
  const lines = changes.map(one => `\n${changeLine(one, instrument)}`)
  return {
    code: 'changes-refused',
    message: `The venue refused ${kinds.join(', ')}${among}: what was open stayed as it was.${lines.join('')}`,
  }
}

const counted = (refused: readonly { readonly count: number }[]): number =>
  refused.reduce((sum, { count }) => sum + count, 0)

function changeLine({ kind, code, count, first }: RefusedChanges, instrument: Instrument): string {
  const { at, positionId, orderId, volume, stopLoss, takeProfit, description } = first
  const of = positionId === undefined ? `order ${orderId}` : `position ${positionId}`
  const values = [
    ...(volume === undefined ? [] : [`${volume} lots`]),
    ...(stopLoss === undefined ? [] : [`stop ${stopLoss}`]),
    ...(takeProfit === undefined ? [] : [`target ${takeProfit}`]),
  ]
  const fix = CHANGE_FIXES[code]?.(instrument)
  const why =
    description === code || code === 'TRADING_BAD_VOLUME' ? '' : ` (${description.replace(/\.$/, '')})`
  const asked = values.length === 0 ? '' : `, ${values.join(', ')},`
  const told = fix === undefined ? '' : ` ${fix}`
  return `${kind} ${code} ${grouped(count)} ×, first of ${of}${asked} at ${new Date(at).toISOString()}${why}.${told}`
}

function lineOf({ code, count, first }: RefusedOrders, instrument: Instrument): string {
  const { at, side, volume, description } = first
  const fix = FIXES[code]?.(instrument)
  // The range of volumes is told in lots by the fix; in hundredths of a unit nobody would know it.
  const why = description === code || code === 'TRADING_BAD_VOLUME' ? '' : ` (${description})`
  const told = fix === undefined ? '' : ` ${fix}`
  return `${code} ${grouped(count)} ×, first ${side} ${volume} lots at ${new Date(at).toISOString()}${why}.${told}`
}
