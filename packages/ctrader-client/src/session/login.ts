import type { AccountId } from '@openclaw-trading/trading-model'
import { isCTraderError } from '../errors.ts'
import type { AccessToken, CallOptions } from '../options.ts'
import type { Requester } from './requests.ts'

/** An application as the broker knows it. */
export interface Application {
  readonly clientId: string
  readonly clientSecret: string
}

/** Authorises the application on a connection; returns what the server calls its version. */
export async function loginApplication(
  on: Requester,
  { clientId, clientSecret }: Application,
  options: CallOptions,
): Promise<string> {
  await succeedAlso(
    'CH_CLIENT_ALREADY_AUTHENTICATED',
    on.query('applicationAuth', { clientId, clientSecret }, options),
  )
  const { version = '' } = await on.query('version', {}, options)
  return version
}

/** Authorises an account on a connection. */
export function loginAccount(
  on: Requester,
  id: AccountId,
  accessToken: string,
  options: CallOptions,
): Promise<void> {
  return succeedAlso(
    'ALREADY_LOGGED_IN',
    on.query('accountAuth', { ctidTraderAccountId: id, accessToken }, options),
  )
}

/** The string, or what the function returns now. */
export function resolveToken(token: AccessToken): Promise<string> {
  return typeof token === 'string' ? Promise.resolve(token) : token()
}

/** Takes a refusal with this code as success: what was asked for is so already. */
export async function succeedAlso(serverCode: string, work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!(isCTraderError(error, 'request-refused') && error.details.serverCode === serverCode)) throw error
  }
}
