import type { LaneRow } from '../contract.ts'
import type { Tone } from '../status.ts'
import { Glyph, type GlyphShape } from './glyph.tsx'
import { TONE_TEXT } from './tones.ts'

/** A lamp's look: shape, tone and word. */
export interface LampLook {
  readonly shape: GlyphShape
  readonly tone: Tone
  readonly word: string
}

type Lamps = LaneRow['lamps']

/** Desired state, as the database holds it. */
export const DB_LAMP: Record<Lamps['db'], LampLook> = {
  running: { shape: 'filled', tone: 'ok', word: 'running' },
  paused: { shape: 'bars', tone: 'warn', word: 'paused' },
  stopped: { shape: 'empty', tone: 'muted', word: 'stopped' },
}

/** The process, as its worker and its heartbeats tell. */
export const PROCESS_LAMP: Record<Lamps['process'], LampLook> = {
  on: { shape: 'filled', tone: 'ok', word: 'running' },
  late: { shape: 'half', tone: 'warn', word: 'late' },
  stale: { shape: 'dashed', tone: 'bad', word: 'silent' },
  starting: { shape: 'quarter', tone: 'muted', word: 'starting' },
  off: { shape: 'empty', tone: 'muted', word: 'off' },
  failed: { shape: 'cross', tone: 'bad', word: 'failed' },
  unknown: { shape: 'question', tone: 'muted', word: 'unknown' },
}

/** The broker session of the process. */
export const BROKER_LAMP: Record<Lamps['broker'], LampLook> = {
  on: { shape: 'filled', tone: 'ok', word: 'signed in' },
  off: { shape: 'empty', tone: 'muted', word: 'off' },
  unknown: { shape: 'question', tone: 'muted', word: 'unknown' },
}

/** One lamp under its caption: `DB ● running`. */
export function Lamp({ caption, meaning, look }: { caption: string; meaning: string; look: LampLook }) {
  return (
    <div className="min-w-0" title={`${meaning}: ${look.word}`}>
      <dt className="text-2xs font-medium tracking-wide text-muted uppercase">
        <span aria-hidden="true">{caption}</span>
        <span className="sr-only">{meaning}</span>
      </dt>
      <dd className={`mt-0.5 flex items-center gap-1.5 text-xs ${TONE_TEXT[look.tone]}`}>
        <Glyph shape={look.shape} size={12} />
        <span className="truncate">{look.word}</span>
      </dd>
    </div>
  )
}
