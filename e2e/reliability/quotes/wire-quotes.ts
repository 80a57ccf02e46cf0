import { isDeepStrictEqual } from 'node:util'
import {
  backtest,
  type Broker,
  createMemoryLedger,
  type DecisionRecord,
  type QuoteFilterReport,
  type QuoteGuardOptions,
  runLive,
  type Trade,
} from '@openclaw-trading/bot-engine'
import { connectBroker } from '@openclaw-trading/bot-engine/ctrader'
import {
  REPLAY_ACCOUNT,
  REPLAY_XAUUSD,
  QuoteFilter,
  type TickColumns,
} from '@openclaw-trading/bot-engine/data'
import { type BadQuote, type ReplayGateName, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { bollingerBounce } from '@openclaw-trading/examples/strategies/xauusd-bollinger-bounce'
import type { BadQuotesResult } from './bad-quotes.ts'
import { type Defect, DEFECTS, filtered, RECORDED, withDefects } from './defects.ts'

/** What to put to the test. */
export interface WireQuotesOptions {
  readonly clean: TickColumns
  readonly seed: number
  /** Of each defect; 0.01 = 1 %. */
  readonly share: number
  readonly gate: ReplayGateName
  /** Of the bot alone. Default: on, with narrow limits. */
  readonly quoteFilter?: QuoteGuardOptions
  /** A fault between the client and the run. */
  readonly wrap?: (broker: Broker) => Broker
  /** A fault of the venue: its market has the bad quotes too. */
  readonly tradesOnBad?: boolean
}

/** What came of a bad quote: a verdict of the filter, or a message that the client could not read. */
type Outcome = keyof QuoteFilterReport['defects'] | 'unreadable'

/**
 * What each defect comes to over the wire. A side that is not told, or told as 0, is unchanged; a small step back in time
 * counts as now: all three say the same quote again.
 */
const OUTCOMES: Readonly<Record<Defect, readonly Outcome[]>> = {
  zero: ['duplicate'],
  'absent-side': ['duplicate'],
  'not-a-number': ['unreadable'],
  negative: ['unreadable'],
  crossed: ['crossed'],
  'ten-sigma-spike': ['spike'],
  'single-tick-spike': ['spike'],
  'stale-stamp': ['stale', 'future', 'spike'],
  'future-stamp': ['future', 'spike'],
  'out-of-order': ['duplicate', 'future', 'spike'],
  duplicate: ['duplicate'],
  'wrong-symbol-or-digits': ['spike', 'off-grid'],
}

const INSTRUMENT = REPLAY_XAUUSD
const PARAMS = { timeframe: 'm1' } as const
const RISK = { stopLossRequired: true } as const
const LATENCY_MS = 50
/** A client takes a step back of up to this for now. */
const BEHIND_MS = 60_000

/** A quote as a client hears it: what was not told, or cannot be read, is undefined. */
interface Told extends BadQuote {
  readonly kind: Defect
}

/**
 * Plays clean quotes with bad ones between them over TLS to a live bot with a filter, and compares with a backtest of
 * the clean ones: decisions and trades must be the same, and the bot must have counted each bad quote by its name.
 */
export async function runWireQuotes(options: WireQuotesOptions): Promise<BadQuotesResult> {
  const { clean, seed, share, quoteFilter = true } = options
  const golden = filtered(clean, INSTRUMENT.digits)
  const dirty = withDefects(clean, seed, share, row => golden.verdicts[row] !== undefined)
  const told = toldOf(dirty.ticks, dirty.inserted)
  const expected = await backtest(bollingerBounce, {
    ...{ params: PARAMS, instrument: INSTRUMENT, account: REPLAY_ACCOUNT, data: clean },
    ...{ risk: RISK, venue: { latencyMs: LATENCY_MS }, recordDecisions: true, quoteFilter },
  })
  const live = await runBot({ ...options, quoteFilter }, told)
  const oracle = outcomesOf(clean, told)
  const violations = [...oracle.violations, ...violationsOf(live, expected, oracle)]
  const kinds = Object.fromEntries(DEFECTS.map(kind => [kind, told.filter(one => one.kind === kind).length]))
  const counts = {
    rows: clean.length,
    ...kinds,
    unreadable: live.unreadable,
    quarantined: live.quarantine?.quarantined ?? 0,
    passed: live.quarantine?.passed ?? 0,
    rewinds: live.rewinds,
    decisions: live.decisions.length,
    tradesClean: expected.trades.length,
    tradesSpoiled: live.trades.length,
    ticksPerSecond: Math.round((live.quotes / live.elapsedMs) * 1000),
  }
  return { counts, violations }
}

/** The bad quotes by the row of the clean ones that they follow, as the wire can tell them. */
function toldOf({ at, bid, ask, length }: TickColumns, inserted: Uint8Array): Told[] {
  const told: Told[] = []
  for (let row = 0; row < length; row++) {
    const kind = DEFECTS[inserted[row] as number]
    if (inserted[row] === RECORDED || kind === undefined) continue
    const number = (column: Float64Array) => column[row] as number
    const quote = { kind, behindRow: row - told.length - 1, at: number(at) }
    // A third of a price has decimals that the wire does not know.
    const sides = { bid: whole(number(bid)), ask: whole(number(ask)) }
    told.push(kind === 'absent-side' ? { ...quote, ...oneSided(sides) } : { ...quote, ...sides })
  }
  return told
}

function whole(points: number): number {
  return Number.isFinite(points) ? Math.round(points) : points
}

function oneSided({ bid, ask }: { readonly bid: number; readonly ask: number }) {
  return { ...(Number.isNaN(bid) ? {} : { bid }), ...(Number.isNaN(ask) ? {} : { ask }) }
}

interface LiveOutcome {
  readonly trades: readonly Trade[]
  readonly decisions: readonly DecisionRecord[]
  readonly quarantine: QuoteFilterReport | undefined
  /** Messages that the client dropped because it could not read them. */
  readonly unreadable: number
  readonly failure: string | undefined
  readonly rewinds: number
  readonly quotes: number
  readonly elapsedMs: number
}

async function runBot(
  {
    clean,
    gate,
    quoteFilter,
    wrap,
    tradesOnBad = false,
  }: WireQuotesOptions & { readonly quoteFilter: QuoteGuardOptions },
  told: readonly Told[],
): Promise<LiveOutcome> {
  const mode = tradesOnBad
    ? { type: 'replay' as const, ticks: tradedOn(clean, told), gate }
    : { type: 'replay' as const, ticks: clean, gate, badQuotes: told }
  const venue = await startSimulator({
    ...{ mode, instruments: [INSTRUMENT], account: REPLAY_ACCOUNT, venue: { latencyMs: LATENCY_MS } },
  })
  let unreadable = 0
  const silent = () => {}
  const broker = await connectBroker({
    environment: { host: 'localhost', port: venue.port, ...(venue.ca === undefined ? {} : { ca: venue.ca }) },
    application: venue.credentials,
    accessToken: venue.credentials.accessToken,
    logger: {
      ...{ debug: silent, info: silent, warn: silent },
      error: (_fields, text) => void (text === 'message dropped' && unreadable++),
    },
  })
  const trades: Trade[] = []
  const decisions: DecisionRecord[] = []
  try {
    const run = await runLive(bollingerBounce, {
      ...{
        params: PARAMS,
        instrument: INSTRUMENT.name,
        label: bollingerBounce.name,
        sessionId: 'bt',
        risk: RISK,
        quoteFilter,
      },
      broker: wrap === undefined ? broker : wrap(broker),
      ledger: createMemoryLedger(),
      observer: { onTrade: trade => trades.push(trade), onDecision: decision => decisions.push(decision) },
    })
    const [reason, summary] = await Promise.all([run.finished, venue.finished.catch(() => undefined)])
    const failure = reason === 'data-ended' ? undefined : `${reason}: ${run.failure?.message ?? 'no failure'}`
    const { quotes = 0, rewinds = 0, elapsedMs = 1 } = summary ?? {}
    return {
      trades,
      decisions,
      quarantine: run.view().quarantine,
      unreadable,
      failure,
      rewinds,
      quotes,
      elapsedMs,
    }
  } finally {
    await broker.close()
    await venue.close()
  }
}

/** Quotes of a market that has the bad ones too, as far as a market can. */
function tradedOn(clean: TickColumns, told: readonly Told[]): TickColumns {
  const rows: [number, number, number][] = []
  let next = 0
  for (let row = 0; row < clean.length; row++) {
    const quote = [clean.at[row], clean.bid[row], clean.ask[row]] as [number, number, number]
    rows.push(quote)
    for (; told[next]?.behindRow === row; next++) {
      const { bid = 0, ask = 0 } = told[next] as Told
      if (bid > 0 && ask >= bid && Number.isFinite(ask)) rows.push([quote[0], bid, ask])
    }
  }
  const column = (place: 0 | 1 | 2) => Float64Array.from(rows, row => row[place])
  return { ...clean, length: rows.length, at: column(0), bid: column(1), ask: column(2) }
}

interface Oracle {
  readonly report: QuoteFilterReport
  readonly unreadable: number
  readonly violations: readonly string[]
}

/** What a filter must find in what the wire tells, worked out beside client and run. */
function outcomesOf({ at, bid, ask, length }: TickColumns, told: readonly Told[]): Oracle {
  const filter = new QuoteFilter({ instrument: INSTRUMENT })
  const violations: string[] = []
  let unreadable = 0
  let next = 0
  for (let row = 0; row < length; row++) {
    const now = { at: at[row] as number, bid: bid[row] as number, ask: ask[row] as number }
    filter.check(now.at, now.bid, now.ask)
    for (; told[next]?.behindRow === row; next++) {
      const bad = told[next] as Told
      const outcome = outcomeOf(filter, now, bad)
      if (outcome === 'unreadable') unreadable += 1
      if (outcome === undefined) violations.push(`behind row ${row}: ${bad.kind} passed`)
      else if (!OUTCOMES[bad.kind].includes(outcome))
        violations.push(`behind row ${row}: ${bad.kind} was counted as ${outcome}`)
    }
  }
  return { report: filter.report, unreadable, violations }
}

function outcomeOf(
  filter: QuoteFilter,
  now: { readonly at: number; readonly bid: number; readonly ask: number },
  bad: Told,
): Outcome | undefined {
  const numbers = [bad.at, bad.bid, bad.ask].filter(number => number !== undefined)
  if (!numbers.every(number => Number.isSafeInteger(number) && number >= 0)) return 'unreadable'
  const stated = bad.at ?? now.at
  const at = stated < now.at && stated >= now.at - BEHIND_MS ? now.at : stated
  return filter.check(at, bad.bid || now.bid, bad.ask || now.ask)
}

function violationsOf(
  live: LiveOutcome,
  expected: { readonly trades: readonly Trade[]; readonly decisions: readonly DecisionRecord[] },
  oracle: Oracle,
): string[] {
  const found: string[] = []
  if (live.failure !== undefined) found.push(`the run ended by ${live.failure}`)
  if (expected.trades.length === 0) found.push('there was no trade to compare')
  for (const what of ['decisions', 'trades'] as const) {
    if (isDeepStrictEqual(live[what], expected[what])) continue
    const first = expected[what].findIndex((one, place) => !isDeepStrictEqual(one, live[what][place]))
    found.push(
      `${what} differ: ${expected[what].length} clean, ${live[what].length} spoiled, first at ${first}: ` +
        `${JSON.stringify(expected[what][first])} and ${JSON.stringify(live[what][first])}`,
    )
  }
  if (live.unreadable !== oracle.unreadable)
    found.push(`${live.unreadable} messages were dropped as unreadable, not ${oracle.unreadable}`)
  if (!isDeepStrictEqual(live.quarantine, oracle.report))
    found.push(
      `the counts differ: ${JSON.stringify(live.quarantine)}, expected ${JSON.stringify(oracle.report)}`,
    )
  return found
}
