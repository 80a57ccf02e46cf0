import {
  ProtoOACommissionType,
  ProtoOADayOfWeek,
  ProtoOAMinCommissionType,
  type ProtoOASymbol,
  ProtoOASwapCalculationType,
  ProtoOASymbolDistanceType,
} from '@openclaw-trading/ctrader-client/protocol'
import type { Commission, InstrumentCosts, Rollover, Swap } from '@openclaw-trading/trading-model'

/** Encodes what trading a symbol costs. @see ProtoOASymbol */
export function encodeCosts(costs: InstrumentCosts): Partial<ProtoOASymbol> {
  return {
    ...encodeCommission(costs.commission),
    minCommissionType: ProtoOAMinCommissionType.CURRENCY,
    minCommissionAsset: costs.minCommission?.currency ?? 'USD',
    preciseMinCommission: Math.round((costs.minCommission?.amount ?? 0) * 1e8),
    ...encodeSwap(costs.swap),
    ...encodeRollover(costs.rollover),
    ...encodeDistances(costs),
    // On the wire 1 is 0.01 %, in the model 1 %.
    pnlConversionFeeRate: Math.round((costs.conversionFeePercent ?? 0) * 100),
  }
}

/** The wire states all distances in one unit; where a record has both units, percent goes. */
function encodeDistances(costs: InstrumentCosts): Partial<ProtoOASymbol> {
  const { minStopDistance, minTargetDistance, minGuaranteedStopDistance } = costs
  const { minStopDistancePercent, minTargetDistancePercent, minGuaranteedStopDistancePercent } = costs
  if ((minStopDistancePercent ?? minTargetDistancePercent ?? minGuaranteedStopDistancePercent) !== undefined)
    return {
      slDistance: Math.round((minStopDistancePercent ?? 0) * 100),
      tpDistance: Math.round((minTargetDistancePercent ?? 0) * 100),
      gslDistance: Math.round((minGuaranteedStopDistancePercent ?? 0) * 100),
      distanceSetIn: ProtoOASymbolDistanceType.SYMBOL_DISTANCE_IN_PERCENTAGE,
    }
  return {
    slDistance: minStopDistance ?? 0,
    tpDistance: minTargetDistance ?? 0,
    gslDistance: minGuaranteedStopDistance ?? 0,
    distanceSetIn: ProtoOASymbolDistanceType.SYMBOL_DISTANCE_IN_POINTS,
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

/** A symbol without swap still states when it would be charged, as the recorded ones do. */
function encodeSwap(swap: Swap | undefined): Partial<ProtoOASymbol> {
  return {
    swapLong: swap?.long ?? 0,
    swapShort: swap?.short ?? 0,
    swapRollover3Days: swap === undefined ? ProtoOADayOfWeek.WEDNESDAY : encodeDay(swap.tripleDay),
    swapCalculationType: SWAP_UNITS[swap?.unit ?? 'pips'],
    swapPeriod: swap?.periodHours ?? 24,
    swapTime: swap?.firstChargeMinute ?? 1259,
    skipSWAPPeriods: swap?.skippedPeriods ?? 0,
    chargeSwapAtWeekends: swap?.chargedAtWeekends ?? false,
  }
}

function encodeRollover(rollover: Rollover | undefined): Partial<ProtoOASymbol> {
  if (rollover === undefined) return {}
  return {
    rolloverCommission: rollover.usdPerLot,
    skipRolloverDays: rollover.skippedDays,
    rolloverCommission3Days: encodeDay(rollover.tripleDay),
  }
}

/** The model counts from Sunday = 0, the wire has Monday = 1 to Sunday = 7 and 0 for none. */
function encodeDay(day: number | undefined): number {
  if (day === undefined) return ProtoOADayOfWeek.NONE
  return day === 0 ? ProtoOADayOfWeek.SUNDAY : day
}
