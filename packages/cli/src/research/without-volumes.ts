import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { localModules } from '@openclaw-trading/bot-engine/research'
import type { Warning } from '../output.ts'
import type { MarketData } from '../project/market-data.ts'
import type { StrategySource } from '../project/strategy-source.ts'

/** What reads volumes, as it is written. */
const READERS = /\b(?:vwap|onBalanceVolume|moneyFlowIndex|chaikinMoneyFlow|tickVolume)\b/

/**
 * Said of bars without a volume, as HistData has them, where the strategy reads volumes: its indicators go on with
 * values that mean nothing, and the figures look like any.
 */
export function withoutVolumes(
  { url }: Pick<StrategySource, 'url'>,
  { columns }: Pick<MarketData, 'columns'>,
): readonly Warning[] {
  if (columns.type === 'ticks' || columns.tickVolume.subarray(0, columns.length).some(volume => volume > 0))
    return []
  const [file] = localModules(fileURLToPath(url), { types: false }).files.filter(one => readsVolumes(one))
  if (file === undefined) return []
  return [
    {
      code: 'no-volume',
      message:
        'All volumes of these rows are 0, and the strategy reads volumes: vwap is the last typical price then, moneyFlowIndex 50, onBalanceVolume and chaikinMoneyFlow 0. Its figures say nothing; take data with volumes, or quotes.',
    },
  ]
}

function readsVolumes(file: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(file) && READERS.test(readFileSync(file, 'utf8'))
}
