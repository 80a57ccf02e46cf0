import { resolve } from 'node:path'
import { type AccountId, accountId } from '@openclaw-trading/trading-model'
import type { Account } from '../../account/account.ts'
import type { AccountListing, CTraderClient } from '../../client.ts'
import { connect } from '../../connect.ts'
import { CTraderError } from '../../errors.ts'
import type { AccessToken, ConnectOptions } from '../../options.ts'
import { readAuthSettings, tokenEndpointOf, tokenSourceOf } from '../auth/settings.ts'
import { envValue } from '../env-file.ts'
import type { AccountOptions } from './command-line.ts'
import type { CommandTerminal } from '../command-terminal.ts'
import { readCertificate, readEnvironment, withSettings, wrong } from './server-address.ts'

/** A connected account, for the length of one command. */
export interface AccountConnection {
  readonly account: Account
  readonly client: CTraderClient
}

type Place = Pick<CommandTerminal, 'cwd' | 'env' | 'signal'>
type Environment = ConnectOptions['environment']

/** Connects, lets `work` use the account, and closes, however that ends. */
export async function withAccount<Result>(
  options: AccountOptions,
  place: Place,
  work: (connection: AccountConnection) => Promise<Result>,
): Promise<Result> {
  const { application, environment, id, token } = await settingsOf(options, place)
  const signal = place.signal === undefined ? {} : { signal: place.signal }
  // A command ends with its connection: whoever runs it sees why, and runs it again.
  const client = await connect({ environment, application, reconnect: false, ...signal }).catch(
    (error: unknown) => {
      throw withSettings(error, environment)
    },
  )
  try {
    const chosen = id ?? onlyOne(await client.accounts(token, signal), environment)
    const account = await client.authorize(chosen, token, signal)
    return await work({ account, client })
  } finally {
    await client.close()
  }
}

/** Which account a command would ask, in words: `account 4711 of demo`. */
export interface AccountPlace {
  readonly text: string
  /** Absent: the only one that the token has there. */
  readonly accountId?: AccountId
}

/** What {@link withAccount} would connect to, by the settings alone. @throws CTraderError as that does before it connects */
export async function accountPlace(options: AccountOptions, place: Place): Promise<AccountPlace> {
  const { environment, id } = await settingsOf(options, place)
  const where = typeof environment === 'string' ? environment : `${environment.host}:${environment.port}`
  if (id === undefined) return { text: `the only account of the token at ${where}` }
  return { text: `account ${id} at ${where}`, accountId: id }
}

interface ConnectionSettings {
  readonly environment: Environment
  readonly application: ConnectOptions['application']
  readonly token: AccessToken
  readonly id: AccountId | undefined
}

async function settingsOf(options: AccountOptions, { cwd, env }: Place): Promise<ConnectionSettings> {
  const settings = await readAuthSettings({
    cwd,
    env,
    ...(options.envFile === undefined ? {} : { envFile: options.envFile }),
  })
  const value = (name: string): string | undefined => {
    const own = env[name]
    return own === undefined || own === '' ? envValue(settings.envFile, name)?.reveal() : own
  }
  const { clientId, clientSecret } = tokenEndpointOf(settings)
  const environment = options.environment ?? value('CTRADER_ENVIRONMENT') ?? 'demo'
  const caFile = value('CTRADER_CA_FILE')
  return {
    application: { clientId, clientSecret: clientSecret.reveal() },
    environment: readEnvironment(
      environment,
      caFile === undefined ? undefined : await readCertificate(resolve(cwd, caFile)),
    ),
    token:
      (await settings.tokens.load()) === undefined
        ? stated(value('CTRADER_ACCESS_TOKEN'))
        : tokenSourceOf(settings).token,
    id: idOf(options.account, value('CTRADER_ACCOUNT_ID')),
  }
}

function stated(token: string | undefined): string {
  if (token !== undefined) return token
  throw new CTraderError('token-invalid', 'There is no access token. Log in: ctrader auth login.', {
    accountIds: [],
  })
}

function idOf(option: number | undefined, setting: string | undefined): AccountId | undefined {
  if (option !== undefined) return accountId(option)
  if (setting === undefined) return undefined
  if (/^\d{1,15}$/.test(setting)) return accountId(Number(setting))
  throw wrong('CTRADER_ACCOUNT_ID', 'The setting CTRADER_ACCOUNT_ID is not a number.', 'the id of an account')
}

/** The account to ask when none was named: the only one there is. */
function onlyOne(listed: readonly AccountListing[], environment: Environment): AccountId {
  const here =
    typeof environment === 'string' ? listed.filter(({ live }) => live === (environment === 'live')) : listed
  const [first, ...others] = here
  if (first !== undefined && others.length === 0) return first.id
  const known = here.map(({ id, login }) => `${id} (login ${login})`).join(', ')
  throw wrong(
    'account',
    here.length === 0
      ? 'The token has no account on these servers.'
      : 'The token has several accounts here. Name one with --account.',
    here.length === 0 ? 'another environment, or a login that allows an account' : known,
  )
}
