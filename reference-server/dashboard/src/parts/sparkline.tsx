import { sparkPath } from '../spark-path.ts'

/** A small line of a running sum, coloured by its end; decorative, the figures beside it tell the same. */
export function Sparkline({ values }: { values: readonly number[] }) {
  const last = values.at(-1) ?? 0
  if (values.length < 3) return null
  const { line, zero } = sparkPath(values, 120, 32)
  return (
    <svg
      viewBox="0 0 120 32"
      width="120"
      height="32"
      aria-hidden="true"
      className={`overflow-visible ${last >= 0 ? 'text-profit' : 'text-loss'}`}
    >
      <line x1="0" x2="120" y1={zero} y2={zero} className="stroke-line/60" strokeDasharray="2 3" />
      <path
        d={line}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  )
}
