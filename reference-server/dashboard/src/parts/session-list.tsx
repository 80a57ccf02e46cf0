import type { SessionRow } from '../contract.ts'
import type { Tone } from '../status.ts'
import { useNow } from '../ticker.ts'
import { durationText } from '../time-text.ts'
import { Chip } from './chip.tsx'
import { EmptyState } from './empty-state.tsx'
import type { GlyphShape } from './glyph.tsx'
import { RelativeTime } from './relative-time.tsx'

const LOOKS: Record<SessionRow['status'], { tone: Tone; shape: GlyphShape; word: string }> = {
  RUNNING: { tone: 'ok', shape: 'filled', word: 'Running' },
  COMPLETED: { tone: 'muted', shape: 'empty', word: 'Completed' },
  CRASHED: { tone: 'bad', shape: 'cross', word: 'Crashed' },
  KILLED: { tone: 'warn', shape: 'half', word: 'Killed' },
  LOST: { tone: 'warn', shape: 'question', word: 'Lost' },
}

/** Runs of the process, newest first. `unconfirmed` greys a run that nobody has heard of lately. */
export function SessionList({
  sessions,
  unconfirmed,
}: {
  sessions: readonly SessionRow[]
  unconfirmed: boolean
}) {
  const now = useNow()
  if (sessions.length === 0)
    return (
      <EmptyState title="Never ran">A session begins when the bot has signed in at its broker.</EmptyState>
    )
  return (
    <ul>
      {sessions.map(session => {
        const doubtful = unconfirmed && session.status === 'RUNNING'
        const look = doubtful
          ? { tone: 'muted' as const, shape: 'dashed' as const, word: 'Was running' }
          : LOOKS[session.status]
        return (
          <li key={session.sessionId} className="border-b border-hairline px-4 py-2.5 last:border-b-0">
            <div className="flex items-center justify-between gap-3">
              <Chip tone={look.tone} shape={look.shape}>
                {look.word}
              </Chip>
              <span className="text-xs text-muted">
                <RelativeTime at={session.startedAt} />
              </span>
            </div>
            <p className="mt-1 text-xs text-muted">
              <span className="font-mono text-ink">{session.sessionId}</span>,{' '}
              {session.endedAt === null ? 'for' : 'lasted'}{' '}
              {durationText((session.endedAt ?? now) - session.startedAt)}
              {session.reason !== null && session.reason !== '' && <>: {session.reason}</>}
            </p>
          </li>
        )
      })}
    </ul>
  )
}
