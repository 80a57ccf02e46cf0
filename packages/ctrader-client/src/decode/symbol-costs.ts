import type {
  Commission,
  InstrumentCosts,
  MinCommission,
  Rollover,
  Swap,
} from '@openclaw-trading/trading-model'
import {
  ProtoOACommissionType,
  ProtoOADayOfWeek,
  ProtoOAMinCommissionType,
  type ProtoOASymbol,
  ProtoOASwapCalculationType,
  ProtoOASymbolDistanceType,
} from '../protocol/generated/messages.js'

/** Decodes what trading a symbol costs; `quote` is the name of its quote currency. @see ProtoOASymbol */
export function decodeCosts(full: ProtoOASymbol, quote: string): InstrumentCosts {
  const minCommission = decodeMinCommission(full, quote)
  const swap = decodeSwap(full)
  const rollover = decodeRollover(full)
  return {
    commission: decodeCommission(full),
    ...(minCommission === undefined ? {} : { minCommission }),
    ...(swap === undefined ? {} : { swap }),
    ...(rollover === undefined ? {} : { rollover }),
    // On the wire 1 is 0.01 %, in the model 1 %.
    ...(full.pnlConversionFeeRate ? { conversionFeePercent: full.pnlConversionFeeRate / 100 } : {}),
    ...decodeDistances(full),
  }
}

type DistanceRule = Extract<keyof InstrumentCosts, `min${string}Distance${string}`>

/** In steps of the last digit, or in percent of the price: there 1 is 0.01 %. */
function decodeDistances({
  distanceSetIn,
  slDistance,
  tpDistance,
  gslDistance,
}: ProtoOASymbol): Pick<InstrumentCosts, DistanceRule> {
  if (distanceSetIn === ProtoOASymbolDistanceType.SYMBOL_DISTANCE_IN_PERCENTAGE)
    return {
      ...(slDistance ? { minStopDistancePercent: slDistance / 100 } : {}),
      ...(tpDistance ? { minTargetDistancePercent: tpDistance / 100 } : {}),
      ...(gslDistance ? { minGuaranteedStopDistancePercent: gslDistance / 100 } : {}),
    }
  return {
    ...(slDistance ? { minStopDistance: slDistance } : {}),
    ...(tpDistance ? { minTargetDistance: tpDistance } : {}),
    ...(gslDistance ? { minGuaranteedStopDistance: gslDistance } : {}),
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

function decodeMinCommission(full: ProtoOASymbol, quote: string): MinCommission | undefined {
  const { preciseMinCommission, minCommissionType, minCommissionAsset } = full
  if (!preciseMinCommission) return undefined
  const inQuote = minCommissionType === ProtoOAMinCommissionType.QUOTE_CURRENCY
  return { amount: preciseMinCommission / 1e8, currency: inQuote ? quote : (minCommissionAsset ?? 'USD') }
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
  return {
    unit: SWAP_UNITS[full.swapCalculationType ?? ProtoOASwapCalculationType.PIPS] ?? 'pips',
    long,
    short,
    ...decodeTripleDay(full.swapRollover3Days),
    firstChargeMinute: full.swapTime ?? 0,
    periodHours: full.swapPeriod || 24,
    skippedPeriods: full.skipSWAPPeriods ?? 0,
    chargedAtWeekends: full.chargeSwapAtWeekends ?? false,
  }
}

function decodeRollover(full: ProtoOASymbol): Rollover | undefined {
  if (!full.rolloverCommission) return undefined
  return {
    usdPerLot: full.rolloverCommission,
    skippedDays: full.skipRolloverDays ?? 0,
    ...decodeTripleDay(full.rolloverCommission3Days),
  }
}

/** The wire counts from Monday = 1 to Sunday = 7, with 0 for none; the model from Sunday = 0. */
function decodeTripleDay(day: number | undefined): { readonly tripleDay?: number } {
  return day === ProtoOADayOfWeek.NONE ? {} : { tripleDay: (day ?? ProtoOADayOfWeek.MONDAY) % 7 }
}
