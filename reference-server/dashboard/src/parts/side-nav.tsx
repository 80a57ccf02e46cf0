import type { Fleet, Instance } from '../contract.ts'
import { botPath, type Route } from '../router.ts'
import { statusText } from '../status.ts'
import { useNow } from '../ticker.ts'
import { Glyph } from './glyph.tsx'
import { Icon } from './icon.tsx'
import { LaneTag } from './lane-tag.tsx'
import { Link } from './link.tsx'
import { TONE_TEXT } from './tones.ts'

const ITEM = 'flex min-h-9 items-center gap-2.5 rounded-lg px-3 text-[0.8125rem] hover:bg-raised'

/** The pages, at the left on wide screens: the fleet and each bot with its state. */
export function SideNav({ fleet, route, stale }: { fleet: Fleet | undefined; route: Route; stale: boolean }) {
  const rows = [...(fleet?.lanes.live ?? []), ...(fleet?.lanes.demo ?? [])]
  const here = route.page === 'fleet'
  return (
    <nav
      aria-label="Main"
      className="sticky top-14 hidden h-[calc(100vh-3.5rem)] w-52 shrink-0 flex-col gap-5 overflow-y-auto border-r border-hairline bg-background p-3 lg:flex"
    >
      <Link
        href="/"
        aria-current={here ? 'page' : undefined}
        className={`${ITEM} ${here ? 'bg-raised font-semibold' : ''}`}
      >
        <Icon name="fleet" /> Fleet
      </Link>
      {rows.length > 0 && (
        <div>
          <h2 className="px-3 pb-1 text-2xs font-medium tracking-wide text-muted uppercase">Bots</h2>
          <ul>
            {rows.map(row => (
              <BotItem key={`${row.botId}/${row.accountType}`} row={row} route={route} stale={stale} />
            ))}
          </ul>
        </div>
      )}
    </nav>
  )
}

function BotItem({ row, route, stale }: { row: Instance; route: Route; stale: boolean }) {
  const text = statusText(row, useNow(), stale)
  const here = route.page === 'bot' && route.botId === row.botId && route.accountType === row.accountType
  const shape =
    text.tone === 'ok' ? 'filled' : text.tone === 'bad' ? 'cross' : text.tone === 'warn' ? 'half' : 'empty'
  return (
    <li>
      <Link
        href={botPath(row.botId, row.accountType)}
        aria-current={here ? 'page' : undefined}
        title={`${row.name}: ${text.label}`}
        className={`${ITEM} ${here ? 'bg-raised font-semibold' : ''}`}
      >
        <span className={TONE_TEXT[text.tone]}>
          <Glyph shape={shape} size={10} />
        </span>
        <span className="flex-1 truncate">{row.botId}</span>
        <span className="sr-only">{text.label}</span>
        <LaneTag accountType={row.accountType} />
      </Link>
    </li>
  )
}
