import {
  type ProtoOAAsset,
  ProtoOACommissionType,
  type ProtoOALightSymbol,
  ProtoOAMinCommissionType,
  type ProtoOASymbol,
  ProtoOASwapCalculationType,
  ProtoOASymbolDistanceType,
  ProtoOATradingMode,
} from '@openclaw-trading/ctrader-client/protocol'
import { type Commission, type Instrument, lotsToCents, type Swap } from '@openclaw-trading/trading-model'
import { categoryIdOf } from './category.ts'

/** The currencies of some instruments and deposits, each with an id that depends on nothing else. */
export function encodeAssets(
  instruments: readonly Instrument[],
  ...depositCurrencies: readonly string[]
): readonly ProtoOAAsset[] {
  const names = new Set([...depositCurrencies, ...instruments.flatMap(({ base, quote }) => [base, quote])])
  return [...names].sort().map((name, index) => ({ assetId: index + 1, name, displayName: name, digits: 2 }))
}

/** Encodes what the list of symbols tells. @see ProtoOALightSymbol */
export function encodeLightSymbol(
  instrument: Instrument,
  assets: readonly ProtoOAAsset[],
): ProtoOALightSymbol {
  const idOf = (name: string): number => assets.find(asset => asset.name === name)?.assetId ?? 0
  return {
    symbolId: instrument.id,
    symbolName: instrument.name,
    enabled: true,
    baseAssetId: idOf(instrument.base),
    quoteAssetId: idOf(instrument.quote),
    symbolCategoryId: categoryIdOf(instrument),
    description: `${instrument.base} vs ${instrument.quote}`,
    sortingNumber: instrument.id,
  }
}

/** Encodes the full record of a symbol; without sessions it is always open. @see ProtoOASymbol */
export function encodeSymbol(instrument: Instrument): ProtoOASymbol {
  const cents = (volume: Instrument['minVolume']): number => lotsToCents(instrument, volume)
  const { costs, hours } = instrument
  return {
    symbolId: instrument.id,
    digits: instrument.digits,
    pipPosition: instrument.pipPosition,
    enableShortSelling: true,
    guaranteedStopLoss: false,
    ...encodeSwap(costs.swap),
    maxVolume: cents(instrument.maxVolume),
    minVolume: cents(instrument.minVolume),
    stepVolume: cents(instrument.volumeStep),
    maxExposure: cents(instrument.maxVolume),
    schedule: hours.sessions.map(({ startSecond, endSecond }) => ({ startSecond, endSecond })),
    ...encodeCommission(costs.commission),
    slDistance: costs.minStopDistance ?? 0,
    tpDistance: costs.minTargetDistance ?? 0,
    gslDistance: 0,
    distanceSetIn: ProtoOASymbolDistanceType.SYMBOL_DISTANCE_IN_POINTS,
    minCommissionType: ProtoOAMinCommissionType.CURRENCY,
    minCommissionAsset: 'USD',
    scheduleTimeZone: hours.timeZone,
    tradingMode: ProtoOATradingMode.ENABLED,
    lotSize: instrument.lotSize * 100,
    preciseMinCommission: 0,
    holiday: hours.holidays.map((holiday, index) => ({
      holidayId: index + 1,
      name: `Holiday ${index + 1}`,
      scheduleTimeZone: holiday.timeZone,
      holidayDate: holiday.day,
      isRecurring: holiday.recurring,
      ...(holiday.startSecond === undefined ? {} : { startSecond: holiday.startSecond }),
      ...(holiday.endSecond === undefined ? {} : { endSecond: holiday.endSecond }),
    })),
    // On the wire 1 is 0.01 %, in the model 1 %.
    pnlConversionFeeRate: Math.round((costs.conversionFeePercent ?? 0) * 100),
    swapPeriod: 24,
    swapTime: 1259,
    chargeSwapAtWeekends: false,
  }
}

const COMMISSION_TYPES: Readonly<Record<Commission['type'], number>> = {
  none: ProtoOACommissionType.USD_PER_LOT,
  'usd-per-million': ProtoOACommissionType.USD_PER_MILLION_USD,
  'usd-per-lot': ProtoOACommissionType.USD_PER_LOT,
  'percent-of-value': ProtoOACommissionType.PERCENTAGE_OF_VALUE,
  'quote-per-lot': ProtoOACommissionType.QUOTE_CCY_PER_LOT,
}

function encodeCommission(
  commission: Commission,
): Pick<ProtoOASymbol, 'commissionType' | 'preciseTradingCommissionRate'> {
  const rate = commission.type === 'none' ? 0 : commission.rate
  const scale = commission.type === 'percent-of-value' ? 1e5 : 1e8
  return {
    commissionType: COMMISSION_TYPES[commission.type],
    preciseTradingCommissionRate: Math.round(rate * scale),
  }
}

const SWAP_UNITS: Readonly<Record<Swap['unit'], number>> = {
  pips: ProtoOASwapCalculationType.PIPS,
  points: ProtoOASwapCalculationType.POINTS,
  percent: ProtoOASwapCalculationType.PERCENTAGE,
}

function encodeSwap(
  swap: Swap | undefined,
): Pick<ProtoOASymbol, 'swapLong' | 'swapShort' | 'swapRollover3Days' | 'swapCalculationType'> {
  return {
    swapLong: swap?.long ?? 0,
    swapShort: swap?.short ?? 0,
    // The model counts from Sunday = 0, the wire has Monday = 1 to Sunday = 7.
    swapRollover3Days: swap === undefined ? 3 : swap.tripleDay === 0 ? 7 : swap.tripleDay,
    swapCalculationType: SWAP_UNITS[swap?.unit ?? 'pips'],
  }
}
