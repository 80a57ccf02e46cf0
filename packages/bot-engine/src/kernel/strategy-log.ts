import type { UnixMs } from '@openclaw-trading/trading-model'
import type { StrategyLog } from '../strategy/define.ts'
import type { KernelListener, LogLine } from './listener.ts'
import type { RunState } from './run-state.ts'

/** What a strategy writes, as lines of market time. */
export function strategyLog(state: RunState, listener: KernelListener): StrategyLog {
  const writer =
    (level: LogLine['level']): StrategyLog['info'] =>
    (message, fields = {}) =>
      listener.onLog?.({ at: state.now as UnixMs, level, message, fields })
  return { info: writer('info'), warn: writer('warn') }
}
