import { resolve } from 'node:path'
import {
  parity,
  type ParityReport,
  readSessionFile,
  type RecordedSession,
} from '@openclaw-trading/bot-engine/parity'
import type { CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { jsonResult } from '../output.ts'
import { openProject } from '../project/config.ts'
import { findStrategy } from '../project/strategies.ts'
import { step } from '../step.ts'
import type { StrategySource } from '../project/strategy-source.ts'
import { gapWarnings } from './gap-warnings.ts'
import { parityText, scoreText } from './parity-text.ts'
import { otherCode, recordedStrategy } from './recorded-strategy.ts'

/** What `claw parity` was asked. */
export interface ParityArguments {
  /** Path of the recording. */
  readonly session: string
  /** Absent: the strategy that was recorded. */
  readonly strategy?: string
  /** 0 to 1. */
  readonly minScore?: number
  /** Seconds. */
  readonly tolerance: number
  /** Milliseconds. Absent: as recorded. */
  readonly latency?: number
  /** Rows of the table; the JSON has all. */
  readonly limit: number
  readonly json: boolean
}

/** Compares a recorded session with its replay. @returns 0; @throws `check-failed` below `minScore` */
export async function runParity(
  asked: ParityArguments,
  { terminal, interrupt }: CommandContext,
): Promise<number> {
  const startedMs = performance.now()
  const { cwd } = terminal
  const session = await step(
    terminal,
    'session',
    () => readSessionFile(resolve(cwd, asked.session)),
    ({ header: { sessionId, instrument } }) => `${asked.session} · ${sessionId} · ${instrument.name}`,
  )
  const project = await openProject(terminal)
  const { strategy } = asked
  const source = await step(
    terminal,
    'strategy',
    () =>
      strategy === undefined ? recordedStrategy(session, project, cwd) : findStrategy(strategy, project, cwd),
    ({ path, codeHash }) => `${path} · code ${codeHash} · compiled and loaded`,
  )
  const report = await step(
    terminal,
    'run',
    () =>
      parity(session, source.strategy, {
        toleranceMs: asked.tolerance * 1000,
        signal: interrupt.signal,
        ...(asked.latency !== undefined && { venue: { ...session.header.venue, latencyMs: asked.latency } }),
      }),
    ({ pairs }) => `${pairs.length} trades compared`,
  )
  const warnings = [...otherCode(session, source), ...gapWarnings(report)]
  for (const { message } of warnings) terminal.err(`  ⚠ ${message}\n`)
  const data = dataOf(report, session, source)
  const result = { schema: 'claw.parity/1', data, warnings, tookMs: performance.now() - startedMs }
  const failure = failureOf(report, asked.minScore)
  if (!asked.json) terminal.out(parityText(report, session, asked.limit))
  else if (failure === undefined) terminal.out(jsonResult(result.schema, data, result))
  if (failure !== undefined) throw new CliError('check-failed', failure, { result })
  return 0
}

function failureOf(report: ParityReport, minScore: number | undefined): string | undefined {
  if (minScore === undefined || (report.score !== undefined && report.score >= minScore)) return undefined
  const { first } = report
  const where =
    first === undefined ? '' : ` Trade ${first.number} is the first that differs: ${first.causes.join(', ')}.`
  return `${scoreText(report)}, and --min-score demands ${minScore}.${where}`
}

function dataOf(
  { pairs, score, first, ...report }: ParityReport,
  { header }: RecordedSession,
  { path, codeHash, strategy }: StrategySource,
) {
  const { sessionId, strategy: recorded, instrument } = header
  return {
    session: { id: sessionId, strategy: recorded, symbol: instrument.name },
    strategy: { name: strategy.name, path, codeHash },
    // JSON has no undefined.
    score: score ?? null,
    ...report,
    first: first?.number ?? null,
    differing: pairs.filter(({ causes }) => causes.length > 0),
  }
}
