import type { AccessRights, OutcomeRule } from '@openclaw-trading/bot-engine/simulation'
import { isEngineError } from '@openclaw-trading/bot-engine/simulation'
import type { Instrument } from '@openclaw-trading/trading-model'
import { SimulatorError } from '../errors.ts'
import type { LiveAccount } from '../live/account.ts'
import type { LiveVenue } from '../live/venue.ts'
import type { VenueScope, VenueTokens } from '../oauth/grant-book.ts'
import { changedInstrument, type InstrumentChange } from './instrument-change.ts'
import { ACCESS_RIGHTS, checkedRules } from './script-check.ts'

/** What a test does to accounts and symbols, beside what clients can do; the account is that of the credentials unless another is named. */
export interface AccountControl {
  /**
   * Says what becomes of the next orders instead of what the venue model says: the first rule that matches counts.
   *
   * Replaces the rules before; an empty list ends them. @throws {@link SimulatorError} `invalid-options`
   */
  script(rules: readonly OutcomeRule[], account?: number): void
  /**
   * Pays into an account, or out with a negative amount, in its currency.
   *
   * @throws {@link SimulatorError} `invalid-options` for 0, for more digits than the currency has, for a note of more
   *   than 255 characters, and for more than the free margin
   */
  deposit(amount: number, note?: string, account?: number): void
  /** Changes what an account may do from now on; who is logged in stays so. @throws {@link SimulatorError} `invalid-options` */
  accessRights(rights: AccessRights, account?: number): void
  /**
   * Changes a symbol for every account; open positions and orders stay as they are, quotes come by the hours it began with.
   *
   * With a state directory it outlives a restart. @throws {@link SimulatorError} `invalid-options`
   */
  changeInstrument(symbol: string, change: InstrumentChange): void
  /** New tokens of the venue's user: `accounts` to look, `trading` to trade. */
  grant(scope: VenueScope): VenueTokens
}

/** Longest note of a deposit. */
export const MAX_NOTE = 255

/** Makes the handle of accounts and symbols. */
export function accountControl(venue: LiveVenue): AccountControl {
  const accountOf = (id: number | undefined): LiveAccount => {
    const [first] = venue.accounts
    const found =
      id === undefined ? first : venue.accounts.find(each => each.facts.ctidTraderAccountId === id)
    if (found !== undefined) return found
    throw bad('account', id, venue.accounts.map(({ facts }) => facts.ctidTraderAccountId).join(', '))
  }
  return {
    script(rules, account) {
      const { exchange } = accountOf(account)
      try {
        exchange.script(checkedRules(rules))
      } catch (error) {
        throw isEngineError(error)
          ? new SimulatorError('invalid-options', error.message, { cause: error })
          : error
      }
    },
    deposit: (amount, note, account) => deposit(venue, accountOf(account), amount, note),
    accessRights(rights, account) {
      if (!ACCESS_RIGHTS.includes(rights)) throw bad('rights', rights, ACCESS_RIGHTS.join(', '))
      venue.setAccessRights(accountOf(account), rights)
    },
    changeInstrument: (symbol, change) => venue.changeInstrument(changedIn(venue, symbol, change)),
    grant(scope) {
      if (scope !== 'accounts' && scope !== 'trading') throw bad('scope', scope, 'accounts, trading')
      return accountOf(undefined).facts.grants.grant(scope)
    },
  }
}

function deposit(venue: LiveVenue, account: LiveAccount, amount: number, note: string | undefined): void {
  const { digits } = account.facts.account
  const scaled = amount * 10 ** digits
  const minor = Math.round(scaled)
  if (minor === 0 || !Number.isSafeInteger(minor) || Math.abs(scaled - minor) > 1e-6)
    throw bad('amount', amount, `an amount that is not 0, of at most ${digits} digits`)
  if (note !== undefined && (typeof note !== 'string' || note.length > MAX_NOTE))
    throw bad('note', note, `at most ${MAX_NOTE} characters`)
  if (!venue.changeBalance(account, minor, note)) throw bad('amount', amount, 'up to the free margin')
}

function changedIn({ accounts }: LiveVenue, symbol: string, change: InstrumentChange): Instrument {
  const { instruments } = accounts[0].facts
  const found = instruments.find(({ name }) => name === symbol)
  if (found === undefined) throw bad('symbol', symbol, instruments.map(({ name }) => name).join(', '))
  return changedInstrument(found, change)
}

function bad(name: string, value: unknown, allowed: string): SimulatorError {
  return new SimulatorError('invalid-options', `${name} is ${String(value)}. Allowed: ${allowed}.`, {
    details: { name, value: String(value) },
  })
}
