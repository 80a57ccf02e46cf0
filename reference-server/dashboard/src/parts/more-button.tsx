import { Button } from './button.tsx'

/** "Show more" below a list that has more than it shows. */
export function MoreButton({ total, shown, onMore }: { total: number; shown: number; onMore: () => void }) {
  if (shown >= total) return null
  return (
    <div className="flex items-center justify-center gap-3 p-3 text-xs text-muted">
      {shown} of {total}
      <Button onClick={onMore}>Show more</Button>
    </div>
  )
}
