import type { Fleet } from '../contract.ts'
import { ConnectionChip } from './connection-chip.tsx'
import { EnvironmentStrip } from './environment-strip.tsx'
import { HoldButton } from './hold-button.tsx'
import { Icon } from './icon.tsx'
import { Link } from './link.tsx'
import { ThemeToggle } from './theme-toggle.tsx'
import { VenueClock } from './venue-clock.tsx'

/** Always in sight: where orders go, whether the page is live, what time it is at the venue. */
export function TopBar({
  fleet,
  stale,
  onHelp,
}: {
  fleet: Fleet | undefined
  stale: boolean
  onHelp: () => void
}) {
  return (
    <header className="sticky top-0 z-30 flex h-14 items-center gap-2 border-b border-hairline bg-background px-3 sm:gap-4 sm:px-6">
      <Link
        href="/"
        className="flex shrink-0 items-center gap-2.5 font-semibold"
        aria-label="OpenClaw Trading, fleet"
      >
        <Mark />
        <span className="hidden text-[0.9375rem] tracking-tight lg:inline">OpenClaw Trading</span>
      </Link>
      <span className="hidden h-6 w-px bg-hairline sm:block" />
      <EnvironmentStrip fleet={fleet} />
      <span className="shrink-0">
        <ConnectionChip />
      </span>
      <div className="ml-auto flex shrink-0 items-center gap-1 sm:gap-2">
        <div className="hidden sm:block">
          <VenueClock fleet={fleet} stale={stale} />
        </div>
        <span className="mx-1 hidden h-6 w-px bg-hairline sm:block" />
        <div className="hidden sm:block">
          <HoldButton />
        </div>
        <ThemeToggle />
        <button
          type="button"
          aria-label="Keyboard shortcuts and help"
          title="Keyboard (?)"
          onClick={onHelp}
          className="hidden size-8 place-items-center rounded-lg text-muted hover:bg-raised hover:text-ink sm:grid"
        >
          <Icon name="help" />
        </button>
      </div>
    </header>
  )
}

function Mark() {
  return (
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" className="fill-ink" />
      <path
        d="M9 25C8 16 10 10 14 7c-1 6 0 12 2 18M18 25c-1-6 0-12 4-16 0 6 1 11 1 16"
        fill="none"
        className="stroke-background"
        strokeWidth="2.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
