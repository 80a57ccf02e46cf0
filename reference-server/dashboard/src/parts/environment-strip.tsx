import type { Fleet } from '../contract.ts'

const LOOKS: Record<Fleet['environment']['kind'], string> = {
  simulated: 'border-line text-muted',
  replay: 'border-line text-muted',
  demo: 'border-lane-demo text-lane-demo',
  live: 'border-lane-live bg-lane-live text-background',
}

const CHIP = 'shrink-0 rounded border px-1.5 text-2xs leading-4.5 font-bold tracking-wider uppercase'

/** Where orders go: the word, its colour and the venue's name. */
export function EnvironmentStrip({ fleet }: { fleet: Fleet | undefined }) {
  if (fleet === undefined)
    return (
      <span title="The server has not said yet where orders go" className={`${CHIP} border-line text-muted`}>
        unknown
      </span>
    )
  const { kind, name, description } = fleet.environment
  return (
    <div className="flex min-w-0 items-center gap-3" title={`${name}: ${description}`}>
      <span className={`${CHIP} ${LOOKS[kind]}`}>{kind}</span>
      <span className="hidden max-w-104 truncate text-xs text-muted xl:inline">{description}</span>
    </div>
  )
}
