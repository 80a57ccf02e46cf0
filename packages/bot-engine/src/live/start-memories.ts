import type { Money } from '@openclaw-trading/trading-model'
import { startMemory } from '../kernel/strategy-memory.ts'
import { checkMoneyLimits } from '../risk/money-limits.ts'
import { startProtections } from '../risk/protection.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import { readProtections } from '../strategy/params.ts'
import type { LiveRunOptions } from './live-run-options.ts'
import { RiskMemory } from './risk-memory.ts'
import { joinStored, splitStored, type Stored } from './risk-record.ts'
import type { LiveOptions } from './session.ts'
import { StateSaver } from './state-saver.ts'

/**
 * What a run remembers of earlier processes, and what keeps it for the next.
 *
 * @param account - Its balance, in whose money limits have to be.
 * @throws {@link EngineError} `invalid-options`
 */
export async function startMemories<S extends AnyStrategy>(
  strategy: S,
  params: unknown,
  options: LiveOptions<S>,
  account: Money,
): Promise<Pick<LiveRunOptions, 'risk' | 'memory' | 'saver' | 'protections'>> {
  const { stateStore, logger } = options
  const list = readProtections(strategy, params, options.protections)
  checkMoneyLimits(account, options.risk, list)
  const looksBack = list.length > 0 || options.risk.maxDailyLoss !== undefined
  const { state, record, problem } = await load(strategy, options, looksBack)
  const memory = startMemory(strategy, state)
  const protections = startProtections(list, record?.protections)
  const risk = looksBack
    ? { stored: record, memory: new RiskMemory({ protections, record, problem, logger }) }
    : undefined
  const isKept = stateStore !== undefined && (memory ?? risk) !== undefined
  const text = () => joinStored(memory?.text(), risk?.memory.record)
  const saver = isKept ? new StateSaver({ text }, stateStore, logger) : undefined
  return { risk, memory, saver, protections }
}

async function load<S extends AnyStrategy>(
  strategy: S,
  { stateStore, logger }: LiveOptions<S>,
  looksBack: boolean,
): Promise<Stored> {
  if (strategy.state === undefined && !looksBack) return splitStored(undefined)
  try {
    return splitStored(await stateStore?.load())
  } catch (err) {
    // A strategy must not begin anew by itself; limits can, on the careful side.
    if (strategy.state !== undefined) throw err
    logger?.error({ err }, 'what limits and protections remember cannot be read')
    return { ...splitStored(undefined), problem: 'it cannot be read' }
  }
}
