import type { ReactNode } from 'react'
import type { Fleet } from '../contract.ts'
import { type AccountFigures, accountFigures } from '../lanes.ts'
import { heartbeatAge, isUnconfirmed } from '../status.ts'
import { useNow } from '../ticker.ts'
import { durationText } from '../time-text.ts'
import { LaneTag } from './lane-tag.tsx'
import { Money } from './money.tsx'
import { Pnl } from './pnl.tsx'

/** Balance, equity, open and day result of each account, as its bots last reported them. */
export function AccountBar({ fleet, stale }: { fleet: Fleet | undefined; stale: boolean }) {
  const now = useNow()
  const accounts = [
    accountFigures(fleet?.lanes.demo ?? [], now),
    accountFigures(fleet?.lanes.live ?? [], now),
  ]
  const known = accounts.filter(account => account !== null)
  if (known.length === 0) return null
  return (
    <div className="flex flex-wrap gap-x-8 border-b border-hairline bg-background px-4 sm:px-6">
      {known.map(account => (
        <Account
          key={account.accountType}
          account={account}
          old={stale || isUnconfirmed(account.source, now) || account.source.actual !== 'running'}
          age={heartbeatAge(account.source, now)}
        />
      ))}
    </div>
  )
}

function Account({ account, old, age }: { account: AccountFigures; old: boolean; age: number | null }) {
  const { source, accountType, balance, equity, open, dayNet } = account
  const when = age === null ? 'at an unknown time' : `${durationText(age)} ago`
  return (
    <section
      aria-label={`${accountType} account`}
      title={`Reported by ${source.botId}, ${when}`}
      className={`-mx-2 flex basis-full flex-wrap items-center gap-x-4 gap-y-1 px-2 py-2 sm:basis-auto sm:gap-x-6 ${old ? 'stale' : ''}`}
    >
      <LaneTag accountType={accountType} />
      <Figure label="Balance">
        <Money value={balance} />
      </Figure>
      {equity !== null && (
        <Figure label="Equity">
          <Money value={equity} />
        </Figure>
      )}
      {open !== null && (
        <Figure label="Open result" wide>
          <Pnl value={open} />
        </Figure>
      )}
      {dayNet !== null && (
        <Figure label="Day">
          <Pnl value={dayNet} />
        </Figure>
      )}
      {old && <span className="text-xs font-medium text-muted">last known, {when}</span>}
    </section>
  )
}

function Figure({ label, wide = false, children }: { label: string; wide?: boolean; children: ReactNode }) {
  return (
    <p className={`flex-col gap-x-1.5 sm:flex-row sm:items-baseline ${wide ? 'hidden sm:flex' : 'flex'}`}>
      <span className="text-2xs text-muted sm:text-xs">{label}</span>
      <span className="text-[0.8125rem] font-semibold sm:text-sm">{children}</span>
    </p>
  )
}
