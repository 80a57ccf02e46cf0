import {
  type Commission,
  type Holiday,
  type Instrument,
  type InstrumentCosts,
  type Swap,
  symbolId,
} from '@openclaw-trading/trading-model'
import {
  type ProtoOAAsset,
  ProtoOACommissionType,
  ProtoOADayOfWeek,
  type ProtoOALightSymbol,
  type ProtoOASymbol,
  ProtoOASymbolDistanceType,
  ProtoOASwapCalculationType,
} from '../protocol/generated/messages.js'
import { decodeVolume } from '../protocol/units/volume-cents.ts'
import { required } from './presence.ts'

/** Asset id → name. */
export function decodeAssets(assets: readonly ProtoOAAsset[]): ReadonlyMap<number, string> {
  return new Map(
    assets.map(asset => [required(asset.assetId, 'asset.assetId'), required(asset.name, 'asset.name')]),
  )
}

/**
 * Decodes a symbol from its two records: the light one has the name and the assets, the full one the rules.
 *
 * @see ProtoOALightSymbol, ProtoOASymbol
 * @throws {@link CTraderError} `protocol-violation`
 */
export function decodeSymbol(
  light: ProtoOALightSymbol,
  full: ProtoOASymbol,
  assets: ReadonlyMap<number, string>,
): Instrument {
  const sizes = { lotSize: required(full.lotSize, 'symbol.lotSize') / 100 }
  const minCents = required(full.minVolume ?? full.stepVolume, 'symbol.minVolume')
  const stepCents = full.stepVolume ?? minCents
  return {
    id: symbolId(required(full.symbolId, 'symbol.symbolId')),
    name: required(light.symbolName, 'symbol.symbolName'),
    digits: required(full.digits, 'symbol.digits'),
    pipPosition: required(full.pipPosition, 'symbol.pipPosition'),
    ...sizes,
    minVolume: decodeVolume(sizes, minCents),
    maxVolume: decodeVolume(sizes, required(full.maxVolume, 'symbol.maxVolume')),
    volumeStep: decodeVolume(sizes, stepCents),
    base: assets.get(light.baseAssetId ?? 0) ?? '',
    quote: assets.get(light.quoteAssetId ?? 0) ?? '',
    costs: decodeCosts(full),
    hours: {
      timeZone:
        full.scheduleTimeZone === undefined || full.scheduleTimeZone === '' ? 'UTC' : full.scheduleTimeZone,
      sessions: (full.schedule ?? []).map(interval => ({
        startSecond: required(interval.startSecond, 'symbol.schedule.startSecond'),
        endSecond: required(interval.endSecond, 'symbol.schedule.endSecond'),
      })),
      holidays: decodeHolidays(full),
    },
  }
}

function decodeHolidays(full: ProtoOASymbol): readonly Holiday[] {
  return (full.holiday ?? []).map(holiday => ({
    day: required(holiday.holidayDate, 'symbol.holiday.holidayDate'),
    recurring: holiday.isRecurring ?? false,
    timeZone: holiday.scheduleTimeZone || 'UTC',
    ...(holiday.startSecond === undefined ? {} : { startSecond: holiday.startSecond }),
    ...(holiday.endSecond === undefined ? {} : { endSecond: holiday.endSecond }),
  }))
}

function decodeCosts(full: ProtoOASymbol): InstrumentCosts {
  const swap = decodeSwap(full)
  // Distances in percent of the price cannot be said in steps: the broker still enforces them.
  const inPoints = full.distanceSetIn !== ProtoOASymbolDistanceType.SYMBOL_DISTANCE_IN_PERCENTAGE
  return {
    commission: decodeCommission(full),
    ...(swap === undefined ? {} : { swap }),
    // On the wire 1 is 0.01 %, in the model 1 %.
    ...(full.pnlConversionFeeRate ? { conversionFeePercent: full.pnlConversionFeeRate / 100 } : {}),
    ...(inPoints && full.slDistance ? { minStopDistance: full.slDistance } : {}),
    ...(inPoints && full.tpDistance ? { minTargetDistance: full.tpDistance } : {}),
  }
}

/** Rates are in 1e-8, those in percent of the value in 1e-5; the deprecated `commission` field is not read. */
function decodeCommission(full: ProtoOASymbol): Commission {
  const precise = full.preciseTradingCommissionRate ?? 0
  if (precise === 0) return { type: 'none' }
  switch (full.commissionType ?? ProtoOACommissionType.USD_PER_MILLION_USD) {
    case ProtoOACommissionType.USD_PER_LOT:
      return { type: 'usd-per-lot', rate: precise / 1e8 }
    case ProtoOACommissionType.PERCENTAGE_OF_VALUE:
      return { type: 'percent-of-value', rate: precise / 1e5 }
    case ProtoOACommissionType.QUOTE_CCY_PER_LOT:
      return { type: 'quote-per-lot', rate: precise / 1e8 }
    default:
      return { type: 'usd-per-million', rate: precise / 1e8 }
  }
}

const SWAP_UNITS: Readonly<Record<number, Swap['unit']>> = {
  [ProtoOASwapCalculationType.PIPS]: 'pips',
  [ProtoOASwapCalculationType.POINTS]: 'points',
  [ProtoOASwapCalculationType.PERCENTAGE]: 'percent',
}

function decodeSwap(full: ProtoOASymbol): Swap | undefined {
  const long = full.swapLong ?? 0
  const short = full.swapShort ?? 0
  if (long === 0 && short === 0) return undefined
  const unit = SWAP_UNITS[full.swapCalculationType ?? ProtoOASwapCalculationType.PIPS] ?? 'pips'
  // The wire counts from Monday = 1 to Sunday = 7, the model from Sunday = 0.
  const tripleDay = (full.swapRollover3Days ?? ProtoOADayOfWeek.MONDAY) % 7
  return { unit, long, short, tripleDay }
}
