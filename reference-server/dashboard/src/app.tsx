import { useEffect, useState } from 'react'
import type { Fleet } from './contract.ts'
import { useShortcuts } from './shortcuts.ts'
import { BotPage } from './pages/bot.tsx'
import { FleetPage } from './pages/fleet.tsx'
import { AccountBar } from './parts/account-bar.tsx'
import { EmptyState } from './parts/empty-state.tsx'
import { HoldBanner, HoldButton } from './parts/hold-button.tsx'
import { Link } from './parts/link.tsx'
import { Notices, OfflineBanner } from './parts/notices.tsx'
import { ShortcutSheet } from './parts/shortcut-sheet.tsx'
import { SideNav } from './parts/side-nav.tsx'
import { ToastRegion } from './parts/toast-region.tsx'
import { TopBar } from './parts/top-bar.tsx'
import { VenueClock } from './parts/venue-clock.tsx'
import { useFleet, useLink } from './queries.ts'
import { type Route, useRoute } from './router.ts'

/** The shell around every page. */
export function App() {
  const route = useRoute()
  const fleet = useFleet()
  const link = useLink()
  const [help, setHelp] = useState(false)
  useShortcuts(fleet.data, route, () => setHelp(true))
  useHeadingFocus(route)
  return (
    <>
      <a
        href="#main"
        className="sr-only z-50 rounded-lg bg-ink px-3 py-2 text-background focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <TopBar fleet={fleet.data} stale={link.stale} onHelp={() => setHelp(true)} />
      <div className="flex">
        <SideNav fleet={fleet.data} route={route} stale={link.stale} />
        <div className="min-w-0 flex-1">
          <HoldBanner />
          {link.state === 'offline' && fleet.data !== undefined && (
            <OfflineBanner label={link.label} detail={link.detail} />
          )}
          <Notices notices={fleet.data?.notices ?? []} />
          <div className="flex items-center justify-between border-b border-hairline bg-background py-2 pr-3 pl-4 sm:hidden">
            <VenueClock fleet={fleet.data} stale={link.stale} />
            <HoldButton />
          </div>
          <AccountBar fleet={fleet.data} stale={link.stale} />
          <main id="main" tabIndex={-1} className="mx-auto max-w-[100rem] px-4 pt-5 pb-16 sm:px-6">
            <Page route={route} fleet={fleet.data} />
          </main>
        </div>
      </div>
      <ToastRegion />
      {help && <ShortcutSheet onClose={() => setHelp(false)} />}
    </>
  )
}

function Page({ route, fleet }: { route: Route; fleet: Fleet | undefined }) {
  switch (route.page) {
    case 'fleet':
      return <FleetPage />
    case 'bot':
      return (
        <BotPage
          key={`${route.botId}/${route.accountType}`}
          botId={route.botId}
          accountType={route.accountType}
          simulated={fleet?.environment.kind === 'simulated' || fleet?.environment.kind === 'replay'}
        />
      )
    case 'missing':
      return <Missing path={route.path} />
  }
}

function Missing({ path }: { path: string }) {
  useEffect(() => {
    document.title = 'Not found · OpenClaw Trading'
  }, [])
  return (
    <>
      <h1 tabIndex={-1} className="text-xl font-semibold">
        Not found
      </h1>
      <div className="mt-4 rounded-xl border border-dashed border-line bg-background">
        <EmptyState
          icon="help"
          title={`There is no page at ${path}`}
          action={
            <Link href="/" className="font-medium underline underline-offset-4">
              Go to the fleet
            </Link>
          }
        >
          A bot's page is at /bots/its id/demo or /bots/its id/live.
        </EmptyState>
      </div>
    </>
  )
}

/** After a navigation the focus goes to the page's heading, as after a page load. */
function useHeadingFocus(route: Route): void {
  const [first] = useState(route)
  useEffect(() => {
    if (route !== first) document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true })
  }, [route, first])
}
