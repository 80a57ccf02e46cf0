import type { LotSize } from './order.ts'
import { type Holiday, type Instrument, symbolId, type TradingMode } from '@openclaw-trading/trading-model'
import {
  type ProtoOAAsset,
  type ProtoOALightSymbol,
  type ProtoOASymbol,
  ProtoOATradingMode,
} from '../protocol/generated/messages.js'
import { decodeVolume } from '../protocol/units/volume-cents.ts'
import { required } from './presence.ts'
import { decodeCosts } from './symbol-costs.ts'

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
    costs: decodeCosts(full, assets.get(light.quoteAssetId ?? 0) ?? ''),
    ...decodeRules(full, sizes),
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

const TRADING_MODES: Readonly<Record<number, TradingMode>> = {
  [ProtoOATradingMode.DISABLED_WITHOUT_PENDINGS_EXECUTION]: 'disabled',
  [ProtoOATradingMode.DISABLED_WITH_PENDINGS_EXECUTION]: 'disabled-with-pending-execution',
  [ProtoOATradingMode.CLOSE_ONLY_MODE]: 'close-only',
}

/** What is allowed anyway is left out; a mode that nobody knows yet counts as the one that allows nothing. */
function decodeRules(
  full: ProtoOASymbol,
  sizes: LotSize,
): Pick<Instrument, 'tradingMode' | 'leverageId' | 'shortSelling' | 'guaranteedStops' | 'maxExposure'> {
  const { tradingMode, leverageId, enableShortSelling, guaranteedStopLoss, maxExposure } = full
  return {
    ...(tradingMode === undefined || tradingMode === ProtoOATradingMode.ENABLED
      ? {}
      : { tradingMode: TRADING_MODES[tradingMode] ?? 'disabled' }),
    ...(leverageId === undefined ? {} : { leverageId }),
    ...(enableShortSelling === false ? { shortSelling: false } : {}),
    ...(guaranteedStopLoss === true ? { guaranteedStops: true } : {}),
    ...(maxExposure ? { maxExposure: decodeVolume(sizes, maxExposure) } : {}),
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
