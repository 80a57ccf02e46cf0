import type { RecordedSession } from '@openclaw-trading/bot-engine/parity'
import { isCliError } from '../errors.ts'
import type { Warning } from '../output.ts'
import type { Project } from '../project/config.ts'
import { findStrategy } from '../project/strategies.ts'
import type { StrategySource } from '../project/strategy-source.ts'
import { referenceIds, referenceStrategy } from '../reference-strategies.ts'

/**
 * The strategy that a session ran: of that name in the project, else among the reference strategies.
 *
 * @throws {@link CliError} `strategy-not-found`, `strategy-invalid`, `no-project`
 */
export async function recordedStrategy(
  { header: { strategy } }: RecordedSession,
  project: Project,
  cwd: string,
): Promise<StrategySource> {
  try {
    return await findStrategy(strategy.name, project, cwd)
  } catch (error) {
    const id = referenceIds().find(one => referenceStrategy(one)?.name === strategy.name)
    if (
      id === undefined ||
      !isCliError(error) ||
      !['strategy-not-found', 'strategy-invalid', 'no-project'].includes(error.code)
    )
      throw error
    return findStrategy(id, project, cwd)
  }
}

/** What is known to differ between the strategy of a session and the one of its replay. */
export function otherCode({ header }: RecordedSession, source: StrategySource): readonly Warning[] {
  const { name, codeHash } = header.strategy
  if (name !== source.strategy.name)
    return [
      {
        code: 'other-strategy',
        message: `The session ran ${name}, and the replay runs ${source.strategy.name}: what differs may be the strategy.`,
      },
    ]
  // A hash of another length was made by another rule, and tells nothing.
  if (codeHash === undefined || codeHash.length !== source.codeHash.length || codeHash === source.codeHash)
    return []
  return [
    {
      code: 'other-code',
      message: `The session ran code ${codeHash}, and ${source.path} is ${source.codeHash}: what differs may be the code.`,
    },
  ]
}
