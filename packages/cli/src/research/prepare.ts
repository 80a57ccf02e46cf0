import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  type AnyStrategy,
  type BacktestOptions,
  checkData,
  EngineError,
  type Feeds,
  isEngineError,
  type RiskLimits,
} from '@openclaw-trading/bot-engine'
import { leverageTiersOf } from '@openclaw-trading/bot-engine/data'
import type { RowsBefore } from '@openclaw-trading/bot-engine/research'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import type { CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { endedBy } from '../interrupt.ts'
import { DEFAULT_SYMBOL, openProject, type Project, storeFolder } from '../project/config.ts'
import { usableTiers } from '../project/leverage.ts'
import { type MarketData, readMarketData, shortest } from '../project/market-data.ts'
import { checkedParams, type GivenParam, readPreset } from '../project/params.ts'
import { stopOutOf } from '../project/stop-out.ts'
import { findStrategy } from '../project/strategies.ts'
import type { StrategySource } from '../project/strategy-source.ts'
import { readWatched, watchedInstruments, watchedSymbols, withWatched } from '../project/watched-data.ts'
import { watchedLate } from '../project/watched-rows.ts'
import { checkSpan, dayText } from '../span.ts'
import { step } from '../step.ts'
import type { Terminal } from '../terminal.ts'
import type { Axis } from './axes.ts'
import type { DataOptions, StrategyOptions } from './options.ts'
import { intrabarOf, venueOf } from './venue-options.ts'
import { warmStart } from './warm-up.ts'
import { withoutVolumes } from './without-volumes.ts'

/** Everything that a run of research needs, found, read and checked. */
export interface PreparedRun {
  readonly project: Project
  readonly source: StrategySource
  readonly data: MarketData
  /** As given, without the defaults. */
  readonly params: Readonly<Record<string, unknown>>
  /** With the warm-up of the parameters. */
  readonly options: BacktestOptions<AnyStrategy>
  /** What other parameters are warmed up with. Absent: there is nothing before the run. */
  readonly rowsBefore?: RowsBefore
}

/** Entries need a stop everywhere: what a live account refuses, a backtest must not count. */
const RISK: RiskLimits = { stopLossRequired: true }

/**
 * Finds the strategy unless it is given, checks its parameters and reads the market data.
 *
 * @throws {@link CliError} with every mistake that the author can mend
 */
export async function prepareRun(
  word: string,
  asked: StrategyOptions & DataOptions & { readonly axis?: readonly Axis[] },
  { terminal, interrupt: { signal } }: CommandContext,
  given?: StrategySource,
): Promise<PreparedRun> {
  checkSpan(asked)
  const project = await openProject(terminal)
  const source = given ?? (await toldStrategy(word, project, terminal))
  const { strategy } = source
  const preset = asked.preset === undefined ? [] : await presetOf(asked.preset, terminal.cwd)
  const params = checkedParams(strategy, [...preset, ...asked.set])
  const { account } = project.config
  const feeds: Feeds = strategy.feeds(strategy.params.parse(params))
  const { data, watched, rows } = await toldRows(feeds, asked, { project, terminal, signal })
  const intrabar = await intrabarOf(asked, data, project)
  const { balance = account.balance, leverage = account.leverage, seed = 1 } = asked
  const stopOut = stopOutOf(asked.stopOut, account.stopOut)
  const options: BacktestOptions<AnyStrategy> = {
    params,
    instrument: data.instrument,
    ...rows,
    account: {
      currency: account.currency,
      balance,
      leverage,
      ...(stopOut !== undefined && { stopOut }),
      ...(usableTiers(data) !== undefined && { leverageTiers: leverageTiersOf([data, ...watched]) }),
    },
    venue: venueOf(asked, data, project),
    ...(intrabar === undefined ? {} : { intrabar }),
    risk: RISK,
    seed,
    signal,
  }
  if (data.placeOf !== undefined) checkRows(data, data.placeOf)
  const start = await step(
    terminal,
    'warm-up',
    () =>
      warmStart({
        strategy,
        feeds,
        options,
        data,
        watched: watched.map(({ instrument }) => instrument),
        project,
        from: asked.from,
        ...(asked.axis !== undefined && { axes: asked.axis }),
      }),
    ({ told }) => told ?? 'nothing before the run',
  )
  const told = {
    ...data,
    notes: [...data.notes, ...watchedLate(options, data), ...withoutVolumes(source, data)],
  }
  return warmed({ project, source, data: told, params, options }, start)
}

/** Finds and compiles a strategy; a project's own are all loaded, because each states its name by itself. */
function toldStrategy(word: string, project: Project, terminal: Terminal): Promise<StrategySource> {
  return step(
    terminal,
    'strategy',
    () => findStrategy(word, project, terminal.cwd),
    ({ path, id, codeHash }) => `${path} · ${id} · code ${codeHash} · compiled and loaded`,
  )
}

/** @throws the reason of the signal, once it was told what it ended */
async function toldRows(
  feeds: Feeds,
  asked: DataOptions,
  {
    project,
    terminal,
    signal,
  }: { readonly project: Project; readonly terminal: Terminal; readonly signal: AbortSignal },
) {
  try {
    return await step(
      terminal,
      'data',
      () => readRows(feeds, asked, { project, cwd: terminal.cwd, signal }),
      ({ data }) => dataText(data, project),
    )
  } catch (error) {
    if (signal.aborted && error === signal.reason)
      terminal.err(
        `  ✘ Ended by ${endedBy(signal)} while the market data were read or made: nothing was run, and nothing counts.\n`,
      )
    throw error
  }
}

function dataText({ columns, firstAt, lastAt, source }: MarketData, project: Project): string {
  const store = source.startsWith('store,') ? ` · ${storeFolder(project)}` : ''
  return `${grouped(columns.length)} rows, ${dayText(firstAt)} → ${dayText(lastAt)} · ${source}${store}`
}

/** The run with the bars before it, which its source names. */
function warmed(
  run: PreparedRun,
  { warmUp, rowsBefore, told, notes }: Awaited<ReturnType<typeof warmStart>>,
): PreparedRun {
  const { data, options } = run
  const source = told === undefined ? data.source : `${data.source} · ${told}`
  return {
    ...run,
    data: { ...data, notes: [...data.notes, ...notes], source },
    options: { ...options, ...(warmUp && { warmUp }) },
    ...(rowsBefore && { rowsBefore }),
  }
}

/** The data of the symbol traded, and of those that feeds watch. */
async function readRows(
  feeds: Feeds,
  asked: DataOptions,
  { project, cwd, signal }: { readonly project: Project; readonly cwd: string; readonly signal: AbortSignal },
) {
  const { market } = project.config
  const symbol = asked.symbol ?? market.symbol ?? DEFAULT_SYMBOL
  const isMade = asked.synthetic !== undefined || asked.bars !== undefined
  const watched = watchedInstruments(watchedSymbols(feeds, symbol), project, isMade)
  const instruments = watched.map(({ instrument }) => instrument)
  const read = await readMarketData(
    {
      ...(asked.symbol === undefined ? {} : { symbol: asked.symbol }),
      watched: instruments,
      timeframe: asked.timeframe ?? market.timeframe ?? shortest(timeframesOf(feeds)) ?? 'm15',
      signal,
      ...(asked.synthetic === undefined ? {} : { seed: asked.synthetic }),
      ...(asked.bars === undefined ? {} : { bars: asked.bars }),
      ...(asked.data === undefined ? {} : { file: resolve(cwd, asked.data) }),
      ...(asked.clean === undefined ? {} : { clean: asked.clean }),
      ...(asked.ticks === undefined ? {} : { ticks: asked.ticks }),
      ...(asked.from === undefined ? {} : { from: asked.from }),
      ...(asked.to === undefined ? {} : { to: asked.to }),
    },
    project,
  )
  const rows = withWatched(
    read.columns,
    instruments,
    await readWatched(instruments, read, { ...asked, signal }, project),
  )
  if (instruments.length === 0) return { data: read, watched, rows }
  const source = `${read.source} · watches ${instruments.map(({ name }) => name).join(', ')}`
  return { data: { ...read, source }, watched, rows }
}

/** Names the line of a row that no run can take, which the engine knows by its number alone. */
function checkRows({ columns, instrument }: MarketData, placeOf: (row: number) => string): void {
  try {
    // Of the file alone: rows of watched symbols have no line in it.
    checkData({ data: columns, instrument })
  } catch (error) {
    if (!isEngineError(error) || typeof error.details['row'] !== 'number') throw error
    const place = placeOf(error.details['row'])
    throw new EngineError(error.code, `${place}: ${error.message.slice(error.code.length + 3)}`, {
      cause: error,
      details: { ...error.details, place },
    })
  }
}

function timeframesOf(feeds: Feeds) {
  return Object.values(feeds).map(({ timeframe }) => timeframe)
}

async function presetOf(file: string, cwd: string): Promise<readonly GivenParam[]> {
  try {
    return readPreset(await readFile(resolve(cwd, file), 'utf8'), file)
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause
    throw new CliError('usage', `There is no preset ${file}. Check the path after --preset.`, { cause })
  }
}
