import { join } from 'node:path'
import { createTrialLedger, type TrialLedger } from '@openclaw-trading/bot-engine/research'
import type { Project } from '../project/config.ts'
import type { PreparedRun } from './prepare.ts'

/** The ledger of a project: every run counts, and none is forgotten. */
export function projectLedger(project: Pick<Project, 'folder'>): TrialLedger {
  return createTrialLedger(ledgerFile(project))
}

/** Where it lies. */
export function ledgerFile({ folder }: Pick<Project, 'folder'>): string {
  return join(folder, '.claw', 'trials.jsonl')
}

/** What a run trades, for the ledger: the symbol, and of a seeded market its seed, because each is another one. */
export function marketOf({ data: { instrument, made } }: Pick<PreparedRun, 'data'>): string {
  return made === undefined ? instrument.name : `${instrument.name}, seed ${made.seed}`
}
