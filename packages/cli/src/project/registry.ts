import { fileURLToPath } from 'node:url'
import { codeHashOf } from '@openclaw-trading/bot-engine/research'
import { isCliError } from '../errors.ts'
import { loadServerStrategies } from '../server.ts'
import type { StrategySource } from './strategy-source.ts'

/** A strategy of the server's registry by its id (S03), where the server is installed. */
export async function registryStrategy(id: string): Promise<StrategySource | undefined> {
  if (!/^S\d{2}$/i.test(id)) return undefined
  const server = await loadServerStrategies().catch((error: unknown) => {
    if (isCliError(error)) return undefined
    throw error
  })
  const entry = server?.createRegistry().entries.find(({ botId }) => botId === id.toUpperCase())
  if (entry === undefined) return undefined
  const url = urlOf(entry.module)
  if (url === undefined) return undefined
  const module: Record<string, unknown> = await import(url)
  const exportName = Object.keys(module).find(name => module[name] === entry.strategy) ?? 'default'
  const codeHash = codeHashOf(fileURLToPath(url))
  return { strategy: entry.strategy, id: entry.strategy.name, path: entry.module, url, exportName, codeHash }
}

/** Where a package of the server stands; it may lie where only the server finds it. */
function urlOf(module: string): string | undefined {
  try {
    return import.meta.resolve(module)
  } catch {
    return undefined
  }
}
