import type { ReactElement } from 'react'

/** Shapes that tell states apart without colour. */
export type GlyphShape = 'filled' | 'half' | 'quarter' | 'dashed' | 'empty' | 'cross' | 'question' | 'bars'

const RING = <circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" strokeWidth="1.6" />

const SHAPES: Record<GlyphShape, ReactElement> = {
  filled: <circle cx="7" cy="7" r="5.6" fill="currentColor" />,
  half: (
    <>
      {RING}
      <path d="M7 2a5 5 0 0 0 0 10z" fill="currentColor" />
    </>
  ),
  quarter: (
    <>
      {RING}
      <path d="M7 2a5 5 0 0 1 5 5H7z" fill="currentColor" />
    </>
  ),
  dashed: (
    <circle
      cx="7"
      cy="7"
      r="5"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeDasharray="2.6 2.6"
    />
  ),
  empty: RING,
  cross: <path d="M3 3l8 8M11 3l-8 8" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />,
  question: (
    <path
      d="M4.6 5.2a2.5 2.5 0 1 1 3.6 2.3C7.3 8 7 8.4 7 9.2M7 11.7v.1"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.9"
      strokeLinecap="round"
    />
  ),
  bars: <path d="M4.4 2.5v9M9.6 2.5v9" stroke="currentColor" strokeWidth="2.6" strokeLinecap="round" />,
}

/** A state's shape; decorative, because words stand beside it. */
export function Glyph({ shape, size = 14 }: { shape: GlyphShape; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 14 14" aria-hidden="true" className="shrink-0">
      {SHAPES[shape]}
    </svg>
  )
}
