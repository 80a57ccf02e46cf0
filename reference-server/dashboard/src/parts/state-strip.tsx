import type { ReactNode } from 'react'
import type { Instance } from '../contract.ts'
import { freshnessNow, heartbeatAge, isUnconfirmed, type Tone } from '../status.ts'
import { useNow } from '../ticker.ts'
import { durationText, relativeText } from '../time-text.ts'
import { Glyph, type GlyphShape } from './glyph.tsx'
import { BROKER_LAMP, DB_LAMP, PROCESS_LAMP } from './lamp.tsx'
import { SyncWord } from './status-chip.tsx'
import { TONE_TEXT } from './tones.ts'

const AGE: Record<Instance['freshness'], { tone: Tone; shape: GlyphShape }> = {
  fresh: { tone: 'ok', shape: 'filled' },
  late: { tone: 'warn', shape: 'half' },
  stale: { tone: 'bad', shape: 'dashed' },
  never: { tone: 'muted', shape: 'empty' },
}

/** Desired, actual and confirmed as three things, each with its source. */
export function StateStrip({ row, stale }: { row: Instance; stale: boolean }) {
  const now = useNow()
  const age = heartbeatAge(row, now)
  const lost = isUnconfirmed(row, stale ? row.receivedAt : now)
  const process =
    lost && row.lamps.process !== 'unknown' ? PROCESS_LAMP.stale : PROCESS_LAMP[row.lamps.process]
  const broker = lost ? BROKER_LAMP.unknown : BROKER_LAMP[row.lamps.broker]
  const idle = row.actual === 'stopped' && row.desired === 'stopped'
  const confirmed = idle ? AGE.never : AGE[stale && age !== null ? 'stale' : freshnessNow(row, now)]
  return (
    <dl
      className={`grid grid-cols-2 gap-px overflow-hidden rounded-xl border border-hairline bg-hairline shadow-(--shadow) lg:grid-cols-4 ${stale ? 'stale' : ''}`}
    >
      <Fact
        name="Desired"
        source="DB"
        look={DB_LAMP[row.lamps.db]}
        note={row.desiredReason === '' ? 'no reason given' : `“${row.desiredReason}”`}
      />
      <Fact name="Actual" source="JS" look={process} note={processNote(row, now)} />
      <Fact
        name="Broker session"
        source="BR"
        look={broker}
        note={row.sessionId === null ? 'no session' : `session ${row.sessionId}`}
      />
      <Fact
        name="Confirmed"
        source="heartbeat"
        look={{ ...confirmed, word: age === null ? 'never' : relativeText(now - age, now) }}
        note={<SyncWord row={row} />}
      />
    </dl>
  )
}

function processNote(row: Instance, now: number): string {
  if (row.pid === null)
    return row.restartCount > 0 ? `no process, ${row.restartCount} restarts` : 'no process'
  const up = row.sessionStartedAt === null ? '' : `, up ${durationText(now - row.sessionStartedAt)}`
  return `pid ${row.pid} on ${row.host ?? 'an unknown host'}${up}`
}

function Fact({
  name,
  source,
  look,
  note,
}: {
  name: string
  source: string
  look: { shape: GlyphShape; tone: Tone; word: string }
  note: ReactNode
}) {
  return (
    <div className="min-w-0 bg-background px-4 py-3">
      <dt className="flex items-baseline justify-between text-xs text-muted">
        {name}
        <span className="text-2xs tracking-wide uppercase">{source}</span>
      </dt>
      <dd className={`mt-1 flex items-center gap-2 text-[0.9375rem] font-semibold ${TONE_TEXT[look.tone]}`}>
        <Glyph shape={look.shape} />
        <span className="truncate first-letter:uppercase">{look.word}</span>
      </dd>
      <dd className="mt-0.5 text-xs break-words text-muted">{note}</dd>
    </div>
  )
}
