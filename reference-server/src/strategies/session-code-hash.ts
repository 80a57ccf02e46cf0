import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { codeHashOf } from '@openclaw-trading/bot-engine/research'
import type { StrategyEntry } from './strategy-entry.ts'

/**
 * The code that a session runs, as the backtests of `claw` name it: of the strategy's module, of what it imports from its
 * project, and of the versions of what it imports from elsewhere.
 *
 * A module that cannot be read (a strategy made in a test) is taken by its name.
 */
export function sessionCodeHash({ module }: Pick<StrategyEntry, 'module'>): string {
  try {
    return codeHashOf(fileURLToPath(import.meta.resolve(module)))
  } catch {
    return createHash('sha256').update(module).digest('hex').slice(0, 12)
  }
}
