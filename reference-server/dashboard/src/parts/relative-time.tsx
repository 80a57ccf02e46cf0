import { useNow } from '../ticker.ts'
import { absoluteText, relativeText } from '../time-text.ts'

/** A time as "2 min ago", with the full one in the title. `now` replaces wall time for market times. */
export function RelativeTime({ at, now }: { at: number; now?: number | null }) {
  const wall = useNow()
  return (
    <time dateTime={new Date(at).toISOString()} title={absoluteText(at)} className="whitespace-nowrap">
      {now === null ? absoluteText(at).slice(5, 16) : relativeText(at, now ?? wall)}
    </time>
  )
}
