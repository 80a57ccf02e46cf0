import type { AccountType } from '../contract.ts'

/** The word DEMO or LIVE; live is filled, so that it differs by shape too. */
export function LaneTag({ accountType }: { accountType: AccountType }) {
  return accountType === 'live' ? (
    <span className="rounded bg-lane-live px-1.5 py-px text-2xs font-bold tracking-wider text-background">
      LIVE
    </span>
  ) : (
    <span className="rounded border border-lane-demo/60 px-1.5 text-2xs font-semibold tracking-wider text-lane-demo">
      DEMO
    </span>
  )
}
