import { useNow } from '../ticker.ts'
import { useState } from 'react'

/** Blocks of the final size while something loads, and what; after 8 s that it takes long. */
export function Skeleton({
  what,
  heights,
  lanes = false,
}: {
  what: string
  heights: readonly number[]
  /** True for blocks side by side, as lanes are. */
  lanes?: boolean
}) {
  const now = useNow()
  const [since] = useState(() => Date.now())
  const seconds = Math.floor((now - since) / 1000)
  return (
    <div role="status" className="flex flex-col gap-4">
      <p className="text-[0.8125rem] text-muted">
        {seconds >= 8 ? `Still waiting for the server: ${what}, ${seconds} s` : `Loading ${what}…`}
      </p>
      <div className={lanes ? 'grid gap-5 md:grid-cols-3' : 'flex flex-col gap-5'}>
        {heights.map((height, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no identity and never move
          <div key={index} className="skeleton" style={{ height }} />
        ))}
      </div>
    </div>
  )
}
