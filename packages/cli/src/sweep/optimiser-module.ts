import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CreateOptimiser } from '@openclaw-trading/bot-engine/research'
import { CliError, isCliError } from '../errors.ts'
import { isEarlyEnd } from '../interrupt.ts'
import { importModule } from '../project/import-module.ts'

/**
 * Imports the optimiser of a module: its export `optimiser`, its default export, or the only function that it exports.
 *
 * @throws {@link CliError} `usage`
 */
export async function importOptimiser(path: string, cwd: string): Promise<CreateOptimiser> {
  const file = resolve(cwd, path)
  if (!existsSync(file))
    throw new CliError(
      'usage',
      `--search is ${path}, and there is no such file. Give grid, random, or a module.`,
    )
  const functions = Object.entries(await imported(file, path)).filter(
    ([, value]) => typeof value === 'function',
  )
  const [named] = ['optimiser', 'default'].flatMap(name => functions.filter(([key]) => key === name))
  const chosen = named ?? (functions.length === 1 ? functions[0] : undefined)
  if (chosen !== undefined) return chosen[1] as CreateOptimiser
  const names = functions.map(([name]) => name).join(', ') || 'none'
  throw new CliError(
    'usage',
    `${path} exports no optimiser (functions in it: ${names}). Export a function "optimiser" that takes the space and returns { ask, tell }.`,
  )
}

async function imported(file: string, path: string): Promise<Record<string, unknown>> {
  try {
    return await importModule(file)
  } catch (cause) {
    if (isCliError(cause) || isEarlyEnd(cause)) throw cause
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    throw new CliError('usage', `--search ${path} cannot be loaded: ${reason}. Mend the module.`, { cause })
  }
}
