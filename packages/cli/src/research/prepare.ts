import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { AnyStrategy, BacktestOptions, Feeds, RiskLimits } from '@openclaw-trading/bot-engine'
import { leverageTiersOf } from '@openclaw-trading/bot-engine/data'
import type { CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { openProject, type Project } from '../project/config.ts'
import { usableTiers } from '../project/leverage.ts'
import { type MarketData, readMarketData, shortest } from '../project/market-data.ts'
import { checkedParams, type GivenParam, readPreset } from '../project/params.ts'
import { findStrategy, type StrategySource } from '../project/strategies.ts'
import { checkSpan } from '../span.ts'
import type { DataOptions, StrategyOptions } from './options.ts'

/** Everything that a run of research needs, found, read and checked. */
export interface PreparedRun {
  readonly project: Project
  readonly source: StrategySource
  readonly data: MarketData
  /** As given, without the defaults. */
  readonly params: Readonly<Record<string, unknown>>
  readonly options: BacktestOptions<AnyStrategy>
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
  asked: StrategyOptions & DataOptions,
  { terminal, interrupt: { signal } }: CommandContext,
  given?: StrategySource,
): Promise<PreparedRun> {
  checkSpan(asked)
  const project = await openProject(terminal.cwd)
  const source = given ?? (await findStrategy(word, project, terminal.cwd))
  const { strategy } = source
  const preset = asked.preset === undefined ? [] : await presetOf(asked.preset, terminal.cwd)
  const params = checkedParams(strategy, [...preset, ...asked.set])
  const { account, market } = project.config
  const timeframe = asked.timeframe ?? market.timeframe ?? shortest(timeframesOf(strategy, params))
  const data = await readMarketData(
    {
      ...(asked.symbol === undefined ? {} : { symbol: asked.symbol }),
      timeframe: timeframe ?? 'm15',
      signal,
      ...(asked.synthetic === undefined ? {} : { seed: asked.synthetic }),
      ...(asked.bars === undefined ? {} : { bars: asked.bars }),
      ...(asked.data === undefined ? {} : { file: resolve(terminal.cwd, asked.data) }),
      ...(asked.clean === undefined ? {} : { clean: asked.clean }),
      ...(asked.ticks === undefined ? {} : { ticks: asked.ticks }),
      ...(asked.from === undefined ? {} : { from: asked.from }),
      ...(asked.to === undefined ? {} : { to: asked.to }),
    },
    project,
  )
  const { balance = account.balance, leverage = account.leverage, seed = 1 } = asked
  const options: BacktestOptions<AnyStrategy> = {
    params,
    instrument: data.instrument,
    data: data.columns,
    account: {
      currency: account.currency,
      balance,
      leverage,
      ...(usableTiers(data) !== undefined && { leverageTiers: leverageTiersOf([data]) }),
    },
    venue: { latencyMs: 50, barSpreadTicks: market.spreadTicks },
    risk: RISK,
    seed,
    signal,
  }
  return { project, source, data, params, options }
}

function timeframesOf(strategy: AnyStrategy, params: Readonly<Record<string, unknown>>) {
  const feeds: Feeds = strategy.feeds(strategy.params.parse(params))
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
