import type { Instance } from '../contract.ts'
import { statusText, type Tone } from '../status.ts'
import { useNow } from '../ticker.ts'
import { Chip } from './chip.tsx'
import type { GlyphShape } from './glyph.tsx'

const SHAPES: Record<Tone, GlyphShape> = { ok: 'filled', warn: 'half', bad: 'cross', muted: 'empty' }

/** The state of an instance in words. */
export function StatusChip({ row, stale }: { row: Instance; stale: boolean }) {
  const text = statusText(row, useNow(), stale)
  const shape = row.displayStatus === 'PAUSED' && !stale ? 'bars' : SHAPES[text.tone]
  return (
    <Chip tone={text.tone} shape={shape}>
      {text.label}
    </Chip>
  )
}

const SYNC: Record<Instance['sync'], { word: string; tone: Tone }> = {
  'in-sync': { word: 'In sync', tone: 'muted' },
  converging: { word: 'Converging', tone: 'muted' },
  'out-of-sync': { word: 'Out of sync', tone: 'bad' },
  unknown: { word: 'Sync unknown', tone: 'warn' },
}

/** Whether what runs is what should run. */
export function SyncWord({ row }: { row: Instance }) {
  const { word, tone } = SYNC[row.sync]
  const look = tone === 'bad' ? 'text-bad' : tone === 'warn' ? 'text-warn' : 'text-muted'
  return (
    <span
      className={`text-xs font-medium whitespace-nowrap ${look}`}
      title={`Change ${row.generation} of the desired state; the hub has acted on ${row.observedGeneration}`}
    >
      {word}
    </span>
  )
}
