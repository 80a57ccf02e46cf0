/** Long or short, with an arrow. */
export function SideWord({ side }: { side: 'buy' | 'sell' }) {
  return (
    <span className="font-medium whitespace-nowrap">
      <span aria-hidden="true" className="mr-1 text-muted">
        {side === 'buy' ? '↑' : '↓'}
      </span>
      {side === 'buy' ? 'Long' : 'Short'}
    </span>
  )
}
