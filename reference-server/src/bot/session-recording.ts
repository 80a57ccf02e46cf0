import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  createRecordingFile,
  createSessionRecorder,
  type RunningRecorder,
} from '@openclaw-trading/bot-engine/parity'
import type { BotStart } from '@openclaw-trading/control-plane'
import type { Logger } from '../observability/logger.ts'
import type { StrategyEntry } from '../strategies/strategy-entry.ts'
import { sessionCodeHash } from '../strategies/session-code-hash.ts'

/** Recordings that a bot keeps; with the next one the oldest goes. */
export const KEPT_RECORDINGS = 30
const EXTENSION = '.clawses'

/** What a recording is named by, and told with. */
export interface RecordedSession {
  readonly sessionId: string
  readonly entry: Pick<StrategyEntry, 'module'>
  readonly logger: Logger
}

/**
 * The recorder of a session, in the folder `sessions` of the bot; `undefined` where nobody asked for one, or where the disk
 * takes none: that is told, and no reason not to trade.
 */
export async function sessionRecording(
  { stateDir, recordSessions = false }: Pick<BotStart, 'stateDir' | 'recordSessions'>,
  { sessionId, entry, logger }: RecordedSession,
): Promise<RunningRecorder | undefined> {
  if (!recordSessions) return undefined
  const folder = join(stateDir, 'sessions')
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await prune(folder)
    // Ids of sessions tell nothing of their time, names do.
    const name = `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${sessionId}${EXTENSION}`
    const target = await createRecordingFile(join(folder, name))
    return createSessionRecorder({ target, codeHash: sessionCodeHash(entry), logger })
  } catch (error) {
    logger.error({ error }, 'session is not recorded')
    return undefined
  }
}

/** Leaves room for one more. */
async function prune(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter(name => name.endsWith(EXTENSION)).sort()
  for (const name of names.slice(0, Math.max(0, names.length - KEPT_RECORDINGS + 1)))
    await rm(join(folder, name))
}
