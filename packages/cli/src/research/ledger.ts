import { join } from 'node:path'
import { createTrialLedger, type TrialLedger } from '@openclaw-trading/bot-engine/research'
import type { Project } from '../project/config.ts'

/** The ledger of a project: every run counts, and none is forgotten. */
export function projectLedger({ folder }: Project): TrialLedger {
  return createTrialLedger(join(folder, '.claw', 'trials.jsonl'))
}
