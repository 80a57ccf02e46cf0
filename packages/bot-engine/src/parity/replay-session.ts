import type { ClientOrderId, ExecutionEvent, OrderId } from '@openclaw-trading/trading-model'
import type { BacktestReport } from '../backtest/report.ts'
import { runTicks } from '../backtest/run-ticks.ts'
import { SimulatedRun } from '../backtest/simulated-run.ts'
import { remakeProtections } from '../protections/remake.ts'
import type { VenueModel } from '../simulation/venue-model.ts'
import type { Context } from '../strategy/context.ts'
import type { AnyStrategy, Handlers } from '../strategy/define.ts'
import { boundHandlers } from '../strategy/handlers.ts'
import type { OperatorWord, RecordedSession } from './session.ts'

/** Quotes between two looks at the abort signal: about 10 ms of work. */
const ROWS_PER_LOOK = 131_072

/** What a replay of a session gave. */
export interface SessionReplay {
  readonly report: BacktestReport
  readonly executions: readonly ExecutionEvent[]
}

/**
 * Backtests a strategy on the quotes of a session, up to the instant at which it was asked to stop, with the account, the
 * limits and the operator's words of the session.
 *
 * @throws {@link EngineError} `invalid-params`, `invalid-options`, `state-invalid`, `handler-failed`; the reason of
 *   `signal`
 */
export async function replaySession(
  session: RecordedSession,
  strategy: AnyStrategy,
  { venue, signal }: { readonly venue: VenueModel; readonly signal?: AbortSignal | undefined },
): Promise<SessionReplay> {
  const executions: ExecutionEvent[] = []
  const run = new SimulatedRun(heard(strategy, executions), optionsOf(session, venue))
  const { quotes, words, stopRow = quotes.length } = session
  let row = 0
  for (const word of [...words.filter(one => one.row < stopRow), undefined]) {
    const until = word?.row ?? stopRow
    while (row < until && run.kernel.ended === undefined) {
      row = runTicks(run, quotes, row, Math.min(until, row + ROWS_PER_LOOK))
      if (signal === undefined) continue
      await new Promise(resolve => setTimeout(resolve, 0))
      signal.throwIfAborted()
    }
    if (word !== undefined) obey(run, word)
  }
  return { report: run.report(), executions }
}

function optionsOf(
  { header }: RecordedSession,
  venue: VenueModel,
): ConstructorParameters<typeof SimulatedRun>[1] {
  const { instrument, watched, snapshot, rules, risk, quoteFilter, entryVolume, seed, warmUp, state } = header
  const { balance, leverage, marginMethod } = snapshot
  return {
    params: header.strategy.params,
    ...{ instrument, watched, risk, quoteFilter, seed, warmUp, venue },
    // The quotes come row by row; see runTicks.
    data: [],
    account: {
      ...rules,
      ...{ currency: balance.currency, digits: balance.digits, balanceMinor: balance.minor, leverage },
      ...(marginMethod === undefined ? {} : { marginMethod }),
    },
    protections: remakeProtections(header.protections),
    recordDecisions: true,
    ...(entryVolume === undefined ? {} : { entryVolume }),
    ...(state === undefined ? {} : { state: state as never }),
  }
}

function obey({ kernel }: SimulatedRun, word: OperatorWord): void {
  if (word.type === 'entry-volume-changed') kernel.setEntryVolume(word.volume ?? undefined)
  else kernel.blockEntries(word.type === 'entries-paused' ? 'entries are paused' : undefined)
}

/** The strategy, of which every execution is noted: it tells which decision became which order. */
function heard(strategy: AnyStrategy, executions: ExecutionEvent[]): AnyStrategy {
  return {
    ...strategy,
    create(setup) {
      const handlers: Handlers = strategy.create(setup)
      return {
        ...boundHandlers(handlers),
        onExecution(event: ExecutionEvent, ctx: Context) {
          executions.push(event)
          return handlers.onExecution?.(event, ctx)
        },
      }
    },
  }
}

/** The decision that each order came from, as executions tell it. */
export function decisionsByOrder(executions: readonly ExecutionEvent[]): ReadonlyMap<OrderId, ClientOrderId> {
  const byOrder = new Map<OrderId, ClientOrderId>()
  for (const event of executions)
    if ('order' in event && event.order.clientOrderId !== undefined)
      byOrder.set(event.order.id, event.order.clientOrderId)
  return byOrder
}
