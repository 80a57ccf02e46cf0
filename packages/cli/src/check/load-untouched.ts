import { fileURLToPath } from 'node:url'
import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import { type CheckFinding, localModules, watchedLoad } from '@openclaw-trading/bot-engine/research'
import { loadStrategyFile } from '../project/strategies.ts'
import type { StrategySource } from '../project/strategy-source.ts'

/** A strategy in a module of its own, and what that called while it was loaded. */
export interface Untouched {
  readonly strategy: AnyStrategy
  readonly findings: readonly CheckFinding[]
}

/** Beyond the versions that saves of a watched file count. */
let instance = 1_000_000_000

/**
 * The strategy in a module of its own: what the main run left in variables of its module would be there in every run
 * of the checks, which would then agree. Reference strategies, whose path is that of a package, keep nothing there.
 *
 * @throws what the loading of its file throws
 */
export async function loadUntouched(
  { strategy, path, url }: StrategySource,
  cwd: string,
): Promise<Untouched> {
  if (path.startsWith('@')) return { strategy, findings: [] }
  instance += 1
  const file = fileURLToPath(url)
  const load = () => loadStrategyFile(file, cwd, instance)
  const { module, findings } = await watchedLoad(load, localModules(file, { types: false }).files)
  return { strategy: module.strategy, findings }
}
