import { backtest, type BacktestReport, type Trade } from '@openclaw-trading/bot-engine'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD, type TickColumns } from '@openclaw-trading/bot-engine/data'
import { bollingerBounce } from '@openclaw-trading/examples/strategies/xauusd-bollinger-bounce'
import { type Check, DEFECTS, type Filtered, filtered, NAMES, RECORDED, withDefects } from './defects.ts'

/** What to put to the test. */
export interface BadQuotesOptions {
  readonly clean: TickColumns
  readonly seed: number
  /** Of each defect; 0.01 = 1 %. */
  readonly share: number
  /** A fault in the filter. */
  readonly wrap?: (check: Check, kinds: KindOf) => Check
}

/** Tells what was put in at the row that is checked next; `undefined`: nothing, it is of the recording. */
export type KindOf = () => (typeof DEFECTS)[number] | undefined

/** What was done and seen. */
export interface BadQuotesResult {
  readonly counts: Readonly<Record<string, number>>
  readonly violations: readonly string[]
}

const INSTRUMENT = REPLAY_XAUUSD
/** A gap of the market counts at the latest after so long. */
const GAP_LIMIT_MS = 2000
const BUSY_QUOTES = 20
const JUMP_POINTS = 500_000

/** Runs S03 over clean and over spoiled quotes, both through the filter, and compares. */
export async function runBadQuotes({ clean, seed, share, wrap }: BadQuotesOptions): Promise<BadQuotesResult> {
  const golden = filtered(clean, INSTRUMENT.digits)
  const isDoubtful = (row: number) => golden.verdicts[row] !== undefined
  const { ticks: dirty, inserted } = withDefects(clean, seed, share, isDoubtful)
  let row = -1
  const kindOf: KindOf = () => DEFECTS[inserted[row] as number]
  const sieved = filtered(dirty, INSTRUMENT.digits, check => {
    const faulty = wrap === undefined ? check : wrap(check, kindOf)
    return (at, bid, ask) => {
      row += 1
      return faulty(at, bid, ask)
    }
  })
  const violations = [...verdictViolations(sieved, inserted), ...gapViolations(clean)]
  const [goldenRun, dirtyRun] = await Promise.all([run(golden.ticks), run(sieved.ticks)])
  violations.push(...tradeViolations(goldenRun, dirtyRun, sieved))
  const guarded = await run(golden.ticks, true)
  const inDoubt = ordersInDoubt(guarded, filtered(golden.ticks, INSTRUMENT.digits))
  if (inDoubt > 0) violations.push(`${inDoubt} orders were decided while a jump was in doubt`)
  return { counts: countsOf(golden, sieved, inserted, goldenRun, dirtyRun), violations }
}

function run(data: TickColumns, quoteFilter = false): Promise<BacktestReport> {
  return backtest(bollingerBounce, {
    params: { timeframe: 'm1' },
    instrument: INSTRUMENT,
    data,
    account: REPLAY_ACCOUNT,
    recordDecisions: true,
    quoteFilter,
  }).catch((error: unknown) => {
    // What a venue cannot even take passed the filter.
    return { trades: [], decisions: [], failure: error } as unknown as BacktestReport
  })
}

/** Every defect must be found, by its name. */
function verdictViolations({ verdicts }: Filtered, inserted: Uint8Array): string[] {
  const found: string[] = []
  for (const [row, verdict] of verdicts.entries()) {
    const kind = DEFECTS[inserted[row] as number]
    if (kind === undefined) continue
    if (verdict === undefined) found.push(`row ${row}: ${kind} passed`)
    else if (!NAMES[kind].includes(verdict)) found.push(`row ${row}: ${kind} was counted as ${verdict}`)
  }
  return found
}

function tradeViolations(golden: BacktestReport, dirty: BacktestReport, sieved: Filtered): string[] {
  const found: string[] = []
  if ('failure' in dirty) found.push(`the run over spoiled quotes failed: ${String(dirty.failure)}`)
  if (golden.trades.length === 0) found.push('there was no trade to compare')
  const differs = (trade: Trade, place: number) => keyOf(trade) !== keyOf(dirty.trades[place])
  const first = golden.trades.findIndex(differs)
  if (first >= 0 || golden.trades.length !== dirty.trades.length)
    found.push(
      `trades differ: ${golden.trades.length} clean, ${dirty.trades.length} spoiled, first at ${first}: ` +
        `${keyOf(golden.trades[first])} and ${keyOf(dirty.trades[first])}`,
    )
  const inDoubt = ordersInDoubt(dirty, sieved)
  if (inDoubt > 0) found.push(`${inDoubt} orders were decided within a quarantine window`)
  return found
}

function keyOf(trade: Trade | undefined): string {
  if (trade === undefined) return 'none'
  const { side, volume, openedAt, entryPrice, closedAt, exitPrice, net } = trade
  return JSON.stringify([side, volume, openedAt, entryPrice, closedAt, exitPrice, net.minor])
}

function ordersInDoubt({ decisions }: BacktestReport, { doubts }: Filtered): number {
  return decisions.filter(
    ({ at, command }) => command.type === 'place' && doubts.some(([from, to]) => at > from && at < to),
  ).length
}

/**
 * The same market with a jump of 5 dollars in the middle of a busy stretch: it must count within ten quotes and 2 s. A made
 * market has no such stretch; there it must count with the first quote after 2 s.
 */
function gapViolations(clean: TickColumns): string[] {
  const middle = busyRow(clean)
  const lift = (column: Float64Array) =>
    column.map((points, row) => (row < middle ? points : points + JUMP_POINTS))
  const jumped = { ...clean, bid: lift(clean.bid), ask: lift(clean.ask) }
  const { verdicts } = filtered(jumped, INSTRUMENT.digits)
  const accepted = verdicts.indexOf(undefined, middle)
  const waitedMs = (clean.at[accepted] as number) - (clean.at[middle] as number)
  const waitedQuotes = accepted - middle
  const isSparse = (clean.at[middle + BUSY_QUOTES] as number) - (clean.at[middle] as number) >= GAP_LIMIT_MS
  const beforeMs = (clean.at[accepted - 1] as number) - (clean.at[middle] as number)
  const isInTime = (isSparse ? beforeMs : waitedMs) <= GAP_LIMIT_MS
  return accepted > middle && (isInTime || waitedQuotes === 9)
    ? []
    : [`a real gap at row ${middle} was accepted after ${waitedQuotes} quotes and ${waitedMs} ms`]
}

/** A row behind which 20 quotes come within 2 s; the middle where there is none. */
function busyRow({ at, length }: TickColumns): number {
  for (let row = Math.floor(length / 2); row + BUSY_QUOTES < length; row++)
    if ((at[row + BUSY_QUOTES] as number) - (at[row] as number) < GAP_LIMIT_MS && at[row] !== at[row - 1])
      return row
  return Math.floor(length / 2)
}

function countsOf(
  golden: Filtered,
  sieved: Filtered,
  inserted: Uint8Array,
  goldenRun: BacktestReport,
  dirtyRun: BacktestReport,
): Record<string, number> {
  const kinds = Object.fromEntries(DEFECTS.map(kind => [kind, 0]))
  let rows = 0
  for (const kind of inserted) {
    const name = DEFECTS[kind]
    if (name !== undefined) kinds[name] = (kinds[name] ?? 0) + 1
    if (kind === RECORDED) rows += 1
  }
  return {
    rows,
    ...kinds,
    quarantinedOfRecording: rows - golden.passed,
    passed: sieved.passed,
    tradesClean: goldenRun.trades.length,
    tradesSpoiled: dirtyRun.trades.length,
  }
}
