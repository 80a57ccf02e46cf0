import { EngineError } from '../errors.ts'
import type { AnyStrategy } from '../strategy/define.ts'

/**
 * Where a strategy stands, for threads: what a strategy remembers in closures cannot be sent to one, so each imports
 * the module itself.
 */
export interface StrategyModule {
  /** Of the module, as `import.meta.url` or `pathToFileURL(path).href` gives it. TypeScript needs a loader in the process, e.g. tsx. */
  readonly url: string
  /** Name of the export; default: the only strategy that the module exports. */
  readonly exportName?: string
}

/** A strategy, or the module that exports it. */
export type StrategySource<S extends AnyStrategy> = S | StrategyModule

/** Tells a strategy from the module of one. */
export function isStrategyModule(source: AnyStrategy | StrategyModule): source is StrategyModule {
  return 'url' in source && typeof source.url === 'string'
}

/**
 * Imports the strategy of a module.
 *
 * @throws {@link EngineError} `invalid-options` when the module cannot be imported or does not export one strategy
 */
export async function importStrategy({ url, exportName }: StrategyModule): Promise<AnyStrategy> {
  const exported = await importModule(url)
  const strategies = Object.entries(exported).filter(([, value]) => isStrategy(value))
  const chosen = strategies.filter(([name]) => exportName === undefined || name === exportName)
  const [first] = chosen
  // A strategy that is exported twice, by name and as default, is one.
  if (first !== undefined && chosen.every(([, value]) => value === first[1])) return first[1] as AnyStrategy
  const names = strategies.map(([name]) => name).join(', ') || 'none'
  throw new EngineError(
    'invalid-options',
    `${url} exports ${exportName === undefined ? `${strategies.length} strategies` : `no strategy "${exportName}"`} (strategies in it: ${names}). Export exactly one defineStrategy value, or name one with exportName.`,
    { details: { url, exportName, strategies: strategies.map(([name]) => name) } },
  )
}

async function importModule(url: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(url)
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError(
      'invalid-options',
      `The strategy module ${url} cannot be imported: ${what}. Give the URL of a module that Node can load; for TypeScript start the process with a loader, e.g. node --import tsx.`,
      { cause, details: { url } },
    )
  }
}

function isStrategy(value: unknown): value is AnyStrategy {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'strategy'
}
