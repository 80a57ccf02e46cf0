import type { LinkText } from '../link.ts'
import { useLink } from '../queries.ts'
import type { Tone } from '../status.ts'
import { Chip } from './chip.tsx'
import type { GlyphShape } from './glyph.tsx'

const LOOK: Record<LinkText['state'], { tone: Tone; shape: GlyphShape }> = {
  connecting: { tone: 'muted', shape: 'quarter' },
  live: { tone: 'ok', shape: 'filled' },
  reconnecting: { tone: 'warn', shape: 'half' },
  offline: { tone: 'bad', shape: 'dashed' },
}

/** Whether what the page shows comes in live. */
export function ConnectionChip() {
  const link = useLink()
  const look = LOOK[link.state]
  return (
    <Chip tone={look.tone} shape={look.shape} title={link.detail}>
      <span className="sr-only">Connection: </span>
      {link.label}
    </Chip>
  )
}
