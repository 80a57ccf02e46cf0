import type { SimulatorControl, LiveClockMode, SimulatorOptions } from '@openclaw-trading/ctrader-simulator'

/** What a session has learnt so far: `account`, `token`, `refreshToken`, `clientId`, `secret`, `now`, and what it saved. */
export type Facts = Readonly<Record<string, number & string>>

/** A value, or what makes it of the facts; a text that begins with `$` is the fact of that name. */
export type Value = unknown

/** Fields of a message. */
export type Fields = Readonly<Record<string, Value>>

/** One step; `on` names the connection, `A` when left out. */
export type Step =
  | { readonly open: string }
  | { readonly hangUp: string }
  | { readonly send: number; readonly fields?: Fields; readonly id?: string; readonly on?: string }
  /** Bytes as they are, length prefix included. */
  | { readonly bytes: readonly number[]; readonly on?: string }
  /** The next message that is no spot, no depth and no heartbeat: its type, the id that it must carry, and some fields. */
  | {
      readonly expect: number
      readonly id?: string
      readonly fields?: Fields
      /** Paths that must not be there. */
      readonly without?: readonly string[]
      /** Facts to keep, by path. */
      readonly save?: Readonly<Record<string, string>>
      readonly on?: string
    }
  | { readonly spot: Fields; readonly without?: readonly string[]; readonly on?: string }
  /** One of the next spots has this. */
  | { readonly spotWith: string; readonly fields: Fields; readonly without?: readonly string[] }
  | { readonly depth: Fields }
  /** One of the next messages is this; those before it do not matter. */
  | {
      readonly some: number
      readonly fields: Fields
      readonly save?: Readonly<Record<string, string>>
      readonly on?: string
    }
  /** What the test does to the venue itself; keeps what it returns under `save`. */
  | { readonly act: (control: SimulatorControl, known: Facts) => unknown; readonly save?: string }
  /** Nothing else has come in: the answer to a version request is next. */
  | { readonly quiet: string }
  /** The venue has ended the connection, with nothing unread. */
  | { readonly closed: string }

/** A conversation with the venue, as data. */
export interface Session {
  readonly name: string
  readonly steps: readonly Step[]
  /** A venue of its own, with these options. Sessions without it share one and must not change it. */
  readonly venue?: Partial<SimulatorOptions<LiveClockMode>>
}

/** The steps of a log-in on a connection. */
export function login(on = 'A'): readonly Step[] {
  return [
    { open: on },
    { send: 2100, fields: { clientId: '$clientId', clientSecret: '$secret' }, id: 'app', on },
    { expect: 2101, id: 'app', on },
    { send: 2102, fields: { ctidTraderAccountId: '$account', accessToken: '$token' }, id: 'account', on },
    { expect: 2103, id: 'account', fields: { ctidTraderAccountId: '$account' }, on },
  ]
}

/** A request of the account and the answer it gets. */
export function ask(
  request: number,
  fields: Fields,
  answer: number,
  expected: Fields = {},
  more: {
    readonly on?: string
    readonly without?: readonly string[]
    readonly save?: Record<string, string>
  } = {},
): readonly Step[] {
  const { on = 'A' } = more
  const id = `ask-${request}`
  return [
    { send: request, fields: { ctidTraderAccountId: '$account', ...fields }, id, on },
    { expect: answer, id, fields: expected, ...more },
  ]
}

/** A request of the account and its refusal by ErrorRes. */
export function refused(
  request: number,
  fields: Fields,
  errorCode: string,
  description?: Value,
): readonly Step[] {
  return ask(request, fields, 2142, { errorCode, ...(description === undefined ? {} : { description }) })
}

/** A request of the account and its refusal by an order error event. */
export function rejected(
  request: number,
  fields: Fields,
  errorCode: string,
  more: Fields = {},
): readonly Step[] {
  return ask(request, fields, 2132, { errorCode, ctidTraderAccountId: '$account', ...more })
}
