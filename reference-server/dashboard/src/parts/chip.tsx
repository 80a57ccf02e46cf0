import type { ReactNode } from 'react'
import type { Tone } from '../status.ts'
import { Glyph, type GlyphShape } from './glyph.tsx'

const LOOKS: Record<Tone, string> = {
  ok: 'text-ok bg-ok/10 border-ok/35',
  warn: 'text-warn bg-warn/10 border-warn/40',
  bad: 'text-bad bg-bad/10 border-bad/50',
  muted: 'text-muted bg-raised border-hairline',
}

/** A state in a word or two, with its shape. */
export function Chip({
  tone,
  shape,
  children,
  title,
}: {
  tone: Tone
  shape?: GlyphShape
  children: ReactNode
  title?: string
}) {
  return (
    <span
      title={title}
      className={`inline-flex min-h-6 items-center gap-1.5 rounded-full border px-2.5 py-0.5 text-xs leading-4 font-medium ${LOOKS[tone]}`}
    >
      {shape !== undefined && <Glyph shape={shape} size={11} />}
      <span>{children}</span>
    </span>
  )
}
