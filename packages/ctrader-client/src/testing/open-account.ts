import { accountId, type ExecutionEvent, type Quote, type SymbolId } from '@openclaw-trading/trading-model'
import type { Account } from '../account/account.ts'
import type { CTraderClient } from '../client.ts'
import { connect } from '../connect.ts'
import type { ConnectOptions } from '../options.ts'
import { FAKE_ACCOUNT_ID, FakeVenue } from './fake-venue.ts'

/** Gold at a {@link FakeVenue}. */
export const GOLD = 41 as SymbolId

/** An account at a fake venue, with what it told. */
export interface OpenAccount {
  readonly venue: FakeVenue
  readonly client: CTraderClient
  readonly account: Account
  readonly events: (Quote | ExecutionEvent)[]
  /** Sends a spot event of gold. */
  spot(fields: object): void
}

/** Opens the account of a fake venue, without limits of rates: they have their own tests. */
export async function openAccount(
  venue = new FakeVenue(),
  options: Partial<ConnectOptions> = {},
): Promise<OpenAccount> {
  const client = await connect({
    environment: 'demo',
    application: { clientId: 'c', clientSecret: 's' },
    transport: venue.transport,
    budget: { take: () => Promise.resolve() },
    ...options,
  })
  const account = await client.authorize(accountId(FAKE_ACCOUNT_ID), 'token')
  const events: (Quote | ExecutionEvent)[] = []
  account.onMarket(event => events.push(event))
  const spot = (fields: object): void =>
    venue.send(2131, { ctidTraderAccountId: FAKE_ACCOUNT_ID, symbolId: 41, ...fields })
  return { venue, client, account, events, spot }
}

/** Everything that an iterable yields. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}
