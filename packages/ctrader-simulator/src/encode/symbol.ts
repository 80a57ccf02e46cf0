import {
  type ProtoOAAsset,
  type ProtoOALightSymbol,
  type ProtoOASymbol,
  ProtoOATradingMode,
} from '@openclaw-trading/ctrader-client/protocol'
import { type Instrument, lotsToCents, type TradingMode } from '@openclaw-trading/trading-model'
import { categoryIdOf } from './category.ts'
import { encodeCosts } from './symbol-costs.ts'

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
    enableShortSelling: instrument.shortSelling ?? true,
    guaranteedStopLoss: instrument.guaranteedStops ?? false,
    ...encodeCosts(costs),
    maxVolume: cents(instrument.maxVolume),
    minVolume: cents(instrument.minVolume),
    stepVolume: cents(instrument.volumeStep),
    ...(instrument.maxExposure === undefined ? {} : { maxExposure: cents(instrument.maxExposure) }),
    schedule: hours.sessions.map(({ startSecond, endSecond }) => ({ startSecond, endSecond })),
    scheduleTimeZone: hours.timeZone,
    tradingMode: TRADING_MODES[instrument.tradingMode ?? 'enabled'],
    lotSize: instrument.lotSize * 100,
    holiday: hours.holidays.map((holiday, index) => ({
      holidayId: index + 1,
      name: `Holiday ${index + 1}`,
      scheduleTimeZone: holiday.timeZone,
      holidayDate: holiday.day,
      isRecurring: holiday.recurring,
      ...(holiday.startSecond === undefined ? {} : { startSecond: holiday.startSecond }),
      ...(holiday.endSecond === undefined ? {} : { endSecond: holiday.endSecond }),
    })),
    ...(instrument.leverageId === undefined ? {} : { leverageId: instrument.leverageId }),
  }
}

const TRADING_MODES: Readonly<Record<TradingMode, number>> = {
  enabled: ProtoOATradingMode.ENABLED,
  disabled: ProtoOATradingMode.DISABLED_WITHOUT_PENDINGS_EXECUTION,
  'disabled-with-pending-execution': ProtoOATradingMode.DISABLED_WITH_PENDINGS_EXECUTION,
  'close-only': ProtoOATradingMode.CLOSE_ONLY_MODE,
}
