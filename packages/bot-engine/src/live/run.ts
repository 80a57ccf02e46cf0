import type { AnyStrategy } from '../strategy/define.ts'
import { parseParams, readFeeds } from '../strategy/params.ts'
import { LiveRun } from './live-run.ts'
import { RecordingLine } from './recording-line.ts'
import { startMemories } from './start-memories.ts'
import { afterSaving } from './state-saver.ts'
import type { LiveOptions, LiveSession } from './session.ts'
import type { SessionStart } from './session-recorder.ts'
import { checkNames, readStartingPoint, readWarmUp } from './start-up.ts'

/**
 * Runs a strategy at a broker: instrument → account → history → subscription. Resolves when it stands.
 *
 * The kernel is that of {@link backtest}. Positions with the run's label are taken over, all others are left alone.
 *
 * A lost connection does not end it where the broker comes back: nothing is opened until the broker's snapshot has
 * replaced the book and its deal history has told which positions were closed meanwhile; exits go on.
 *
 * @throws {@link EngineError} `invalid-params`, `invalid-options`, `unknown-symbol`, `broker-unavailable`,
 *   `handler-failed`, `state-invalid`; what `stateStore` throws; the reason of `signal` when it aborts before the run stands
 */
export async function runLive<S extends AnyStrategy>(
  strategy: S,
  options: LiveOptions<S>,
): Promise<LiveSession> {
  const params = parseParams(strategy, options.params)
  const feeds = readFeeds(strategy, params)
  checkNames(options.label, options.sessionId)
  const signal = options.signal ?? new AbortController().signal
  signal.throwIfAborted()
  const { broker } = options
  const start = await readStartingPoint(broker, options.instrument, feeds, signal)
  const { risk, memory, saver, protections } = await startMemories(
    strategy,
    params,
    options,
    start.snapshot.balance,
  )
  const ledger = saver === undefined ? options.ledger : afterSaving(options.ledger, saver)
  const recording = options.recorder && new RecordingLine(options.recorder, options.logger)
  const observed = recording && { observer: recording.observer(options.observer) }
  const run = new LiveRun({
    ...{ strategy, params, protections, risk, memory, saver, recording },
    options: { ...options, ledger, ...observed },
    ...start,
  })
  const warmUp = await readWarmUp(broker, start, feeds, signal)
  const remembers = risk?.stored !== undefined
  recording?.begin(sessionStart(strategy, options, { ...start, warmUp, remembers, state: memory?.saved }))
  run.warmUp(warmUp)
  await run.begin()
  return run
}

function sessionStart<S extends AnyStrategy>(
  { name }: S,
  options: LiveOptions<S>,
  {
    state,
    ...known
  }: Pick<SessionStart, 'instrument' | 'watched' | 'snapshot' | 'warmUp' | 'remembers' | 'state'>,
): SessionStart {
  const {
    params,
    label,
    sessionId,
    risk,
    protections = [],
    quoteFilter = false,
    entryVolume,
    seed = 1,
  } = options
  return {
    ...{ strategy: name, params, label, sessionId, risk, protections, quoteFilter, seed },
    ...known,
    ...(entryVolume === undefined ? {} : { entryVolume }),
    ...(state === undefined ? {} : { state }),
  }
}
