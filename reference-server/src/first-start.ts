import { botStore, controlStore, type Database, paramsStore } from '@openclaw-trading/control-plane'
import type { InstanceRef } from '@openclaw-trading/control-plane/client'
import { checkParams } from './strategies/check-params.ts'
import { paramsSchemaOf, type StrategyRegistry } from './strategies/registry.ts'
import type { StrategyEntry } from './strategies/strategy-entry.ts'
import type { ServerEnvironment } from './server-options.ts'

/**
 * Registers the strategies, and on the first start gives each one with a demo preset its instance on the demo lane.
 *
 * What an operator has changed since is left alone. A replay wants its one bot with its own parameters.
 */
export async function prepareFleet(
  database: Database,
  registry: StrategyRegistry,
  environment: ServerEnvironment,
): Promise<void> {
  for (const entry of registry.entries) await register(database, entry)
  if (environment.type === 'replay') {
    const ref: InstanceRef = { botId: environment.botId, accountType: 'demo' }
    checkParams(registry.get(ref.botId), environment.params)
    await paramsStore.write(database, ref, {
      params: { ...environment.params },
      author: 'replay',
      reason: 'replay',
    })
    await controlStore.ensure(database, ref, { status: 'running', reason: 'replay', updatedBy: 'replay' })
    return
  }
  for (const entry of registry.entries) {
    if (entry.demoParams === undefined) continue
    const ref: InstanceRef = { botId: entry.botId, accountType: 'demo' }
    if ((await paramsStore.current(database, ref)) === null)
      await paramsStore.write(database, ref, {
        params: { ...entry.demoParams },
        author: 'system',
        reason: 'demo preset, at the first start',
      })
    await controlStore.ensure(database, ref, {
      status: 'running',
      reason: 'first start',
      updatedBy: 'system',
    })
  }
}

async function register(database: Database, entry: StrategyEntry): Promise<void> {
  await botStore.register(database, {
    botId: entry.botId,
    name: entry.name,
    module: entry.module,
    description: entry.description,
    symbols: [entry.symbol],
    timeframes: [...entry.timeframes],
    paramsSchema: paramsSchemaOf(entry),
    hypothesis: entry.hypothesis,
  })
}
