import { deliveryOf } from '@openclaw-trading/ctrader-client'
import type { Scenario, ScenarioResult } from '../scenario.ts'
import { GrantParty, type PlantedSource } from './grant-party.ts'
import { startTrader } from './trader.ts'

const FULL = { bots: 20, processes: 20, rounds: 20 }
const SHORT = { bots: 4, processes: 3, rounds: 5 }
const AUTHORIZED_WITHIN_MS = 15_000
const ALERT_WITHIN_MS = 5000
/** Entries must not come back by themselves. */
const STAYS_OFF_MS = 1500
/** How long a hopeless grant is watched for a tight loop. */
const CALM_MS = 2000

/** What happens to the grant in a round. */
const ROUNDS = ['expiry-mid-order', 'many-processes', 'reply-lost', 'crash-before-store', 'revoked'] as const

/** Kinds of rounds. */
export type Round = (typeof ROUNDS)[number]

interface Tally {
  readonly counts: Record<string, number>
  readonly violations: string[]
}

/** Expiry and refresh of tokens lose nothing. */
export const tokensScenario: Scenario = {
  id: 'R-12',
  promise:
    'Many bots on one grant refresh it once, never use a refresh token twice, and say when a person must log in.',
  sizes: ['bots', 'processes', 'rounds'],
  run: ({ seed, short, sizes }) => runTokenRounds(seed, { ...(short ? SHORT : FULL), ...sizes }),
}

/** Plays the rounds in their order, or those of one kind alone, with something wrong where a fault is planted. */
export async function runTokenRounds(
  seed: number,
  size: { readonly bots: number; readonly processes: number; readonly rounds: number },
  { plant, only }: { readonly plant?: PlantedSource; readonly only?: Round } = {},
): Promise<ScenarioResult> {
  const party = await GrantParty.open(size.bots, seed, plant)
  const tally: Tally = {
    counts: { bots: size.bots, rounds: 0, refreshes: 0, logins: 0, entriesRefused: 0 },
    violations: [],
  }
  try {
    for (let i = 0; i < size.rounds && tally.violations.length === 0; i++) {
      const round = only ?? ROUNDS[i % ROUNDS.length] ?? 'expiry-mid-order'
      await playRound(party, round, size.processes, tally)
      tally.counts['rounds'] = i + 1
    }
    if (party.leaks > 0) tally.violations.push(`${party.leaks} tokens were logged`)
  } finally {
    await party.close()
  }
  const { counts, violations } = tally
  const pass = violations.length === 0
  return { scenario: 'R-12', seed, counts, pass, ...(pass ? {} : { violations }) }
}

async function playRound(
  party: GrantParty,
  round: Round,
  processes: number,
  { counts, violations }: Tally,
): Promise<void> {
  const before = await party.stored()
  const sentBefore = party.sent
  const asked = party.loginsAskedFor
  const fail = (what: string): void => void violations.push(`${round}: ${what}`)
  let sent = 0
  let needsLogin = false
  switch (round) {
    case 'expiry-mid-order':
      await expireMidOrder(party, fail)
      break
    case 'many-processes': {
      const outcomes = await party.processes(processes, before.accessToken.reveal(), false)
      sent = outcomes.reduce((sum, outcome) => sum + outcome.sent, 0)
      if (outcomes.some(({ outcome }) => outcome !== 'new'))
        fail(`processes ended ${outcomes.map(each => each.outcome).join(' ')}`)
      break
    }
    case 'reply-lost':
      party.mishap = 'reply-lost'
      await Promise.allSettled(party.bots.map(({ source }) => source.renew(before.accessToken.reveal())))
      party.mishap = 'none'
      needsLogin = true
      break
    case 'crash-before-store':
      sent = (await party.processes(1, before.accessToken.reveal(), true))[0]?.sent ?? 0
      await Promise.allSettled(party.bots.map(({ source }) => source.renew(before.accessToken.reveal())))
      needsLogin = true
      break
    case 'revoked': {
      const trader = await startTrader(party)
      await waitUntil(() => trader.mayEnter(), AUTHORIZED_WITHIN_MS)
      if (!trader.mayEnter()) fail('the live run did not start')
      party.venue.control.faults.set({ type: 'token-invalidated', revokes: true })
      await Promise.allSettled(party.bots.map(({ source }) => source.renew(before.accessToken.reveal())))
      counts['entriesRefused'] = (counts['entriesRefused'] ?? 0) + (await enterInVain(party, fail))
      await waitUntil(() => !trader.mayEnter(), ALERT_WITHIN_MS)
      await new Promise(resolve => setTimeout(resolve, STAYS_OFF_MS))
      if (trader.mayEnter()) fail('a live run may still enter after the revocation')
      await trader.close()
      needsLogin = true
      break
    }
  }
  sent += party.sent - sentBefore
  if (sent !== 1) fail(`${sent} refresh tokens were sent instead of one`)
  if (needsLogin) {
    await waitUntil(() => party.loginsAskedFor > asked, ALERT_WITHIN_MS)
    if (party.loginsAskedFor === asked) fail('nobody was told to log in')
    await logInAgain(party, fail)
    counts['logins'] = (counts['logins'] ?? 0) + 1
  } else if ((await party.stored()).generation !== before.generation + 1) fail('the new pair is not stored')
  counts['refreshes'] = (counts['refreshes'] ?? 0) + sent
  // A round that has failed already may have spent the grant.
  if (violations.length > 0) return
  if (!(await party.allAuthorized(AUTHORIZED_WITHIN_MS))) fail('not every bot is authorised again')
}

/** The grant is refreshed while orders are on their way; none is lost or doubled. */
async function expireMidOrder(party: GrantParty, fail: (what: string) => void): Promise<void> {
  const [first] = party.bots
  if (first === undefined) return
  const held = party.venue.control.positions().length
  const account = await first.client.authorize(party.id, first.source.token)
  const gold = await account.instrument('XAUUSD')
  // Its answer goes the way of the session that it was sent on: it may never come.
  const order = account.placeOrder(
    { type: 'market', symbolId: gold.id, side: 'buy', volume: gold.minVolume },
    { timeoutMs: 3000 },
  )
  const [filled] = await Promise.allSettled([order, ...party.bots.map(({ source }) => source.refresh())])
  await waitUntil(() => party.venue.control.positions().length > held, 2000)
  const opened = party.venue.control.positions().length - held
  // One that reaches the venue behind the refresh finds no session: refused, which its sender must be told for certain.
  const delivery = filled?.status === 'rejected' ? deliveryOf(filled.reason) : 'filled'
  const allowed = delivery === 'filled' ? [1] : delivery === 'unknown' ? [0, 1] : [0]
  if (!allowed.includes(opened)) fail(`an order that was ${delivery} opened ${opened} positions`)
}

/** Nobody may open anything on a grant that is revoked, nor be left in doubt about it. @returns refused attempts */
async function enterInVain(party: GrantParty, fail: (what: string) => void): Promise<number> {
  const held = party.venue.control.positions().length
  const outcomes = await party.tryToEnter()
  const opened = party.venue.control.positions().length - held
  if (opened > 0) fail(`${opened} positions were opened after the revocation`)
  const refused = outcomes.filter(outcome => outcome === 'refused' || outcome === 'not-sent')
  if (refused.length < outcomes.length) fail(`entries after the revocation ended ${outcomes.join(' ')}`)
  return refused.length
}

/** Nobody may send the spent token in the meantime, however often he is asked. */
async function logInAgain(party: GrantParty, fail: (what: string) => void): Promise<void> {
  const sent = party.sent
  const end = Date.now() + CALM_MS
  while (Date.now() < end) {
    await Promise.allSettled(party.bots.map(({ source }) => source.refresh()))
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  if (party.sent !== sent) fail(`a spent refresh token was sent ${party.sent - sent} times more`)
  const [first] = party.bots
  if (first !== undefined) await first.source.adopt(await party.login())
}

async function waitUntil(isTrue: () => boolean, withinMs: number): Promise<void> {
  const end = Date.now() + withinMs
  while (!isTrue() && Date.now() < end) await new Promise(resolve => setTimeout(resolve, 20))
}
