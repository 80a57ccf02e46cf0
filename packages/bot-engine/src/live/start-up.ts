import type { AccountSnapshot, Instrument } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { WarmUp } from '../kernel/kernel-options.ts'
import type { Broker } from '../ports/broker.ts'
import type { Feeds } from '../strategy/feeds.ts'
import { watchedSymbols } from '../strategy/params.ts'

/** What a run starts from. */
export interface StartingPoint {
  readonly instrument: Instrument
  /** Other instruments, which feeds watch. */
  readonly watched: readonly Instrument[]
  readonly snapshot: AccountSnapshot
}

/** Asks the broker for the instruments and the account. @throws {@link EngineError} `unknown-symbol`, `broker-unavailable` */
export async function readStartingPoint(
  broker: Broker,
  name: string,
  feeds: Feeds,
  signal: AbortSignal,
): Promise<StartingPoint> {
  const instrument = await broker.instrument(name, { signal })
  const watched: Instrument[] = []
  for (const symbol of watchedSymbols(feeds, name)) watched.push(await broker.instrument(symbol, { signal }))
  const snapshot = await broker.snapshot({ signal })
  return { instrument, watched, snapshot }
}

/** Asks the broker for the bars that the feeds want from before the run. */
export async function readWarmUp(
  broker: Broker,
  { instrument, watched }: Pick<StartingPoint, 'instrument' | 'watched'>,
  feeds: Feeds,
  signal: AbortSignal,
): Promise<WarmUp> {
  const history: Record<string, WarmUp[string]> = {}
  for (const [name, { timeframe, symbol, history: count = 0 }] of Object.entries(feeds)) {
    const { id } = watched.find(other => other.name === symbol) ?? instrument
    if (count > 0) history[name] = await broker.history(id, timeframe, count, { signal })
  }
  return history
}

/** Checks label and session id. @throws {@link EngineError} `invalid-options` */
export function checkNames(label: string, sessionId: string): void {
  const problem =
    label.length < 1 || label.length > 100
      ? `The label "${label}" has ${label.length} characters. Use 1 to 100.`
      : sessionId.length < 1 || sessionId.length > 20
        ? `The session id "${sessionId}" has ${sessionId.length} characters. Use 1 to 20, so that order ids fit.`
        : undefined
  if (problem !== undefined)
    throw new EngineError('invalid-options', problem, { details: { label, sessionId } })
}
