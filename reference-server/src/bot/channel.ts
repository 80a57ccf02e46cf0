import type { BotStart, FromBot, ToBot } from '@openclaw-trading/control-plane'
import { ServerError } from '../errors.ts'

/** The bot's side of the line to its worker. */
export interface WorkerChannel {
  /** What the worker gave at the start. */
  readonly start: BotStart
  /** Tells the worker; resolves when it is written, and also when the worker is gone. */
  send(message: FromBot): Promise<void>
  /** Aborts when the worker asks for an orderly stop. */
  readonly stopAsked: AbortSignal
  /** Aborts when the worker is gone. */
  readonly workerGone: AbortSignal
  /** Called when the control of this instance has changed. */
  onControlChanged(listener: () => void): void
  /** As if the worker had asked to stop: for a SIGTERM. */
  stop(): void
  /** What to do with open positions at the stop. */
  readonly stopPositions: 'keep' | 'close'
}

/** A worker sends the start at once; one that does not is none. */
const START_TIMEOUT_MS = 15_000

/**
 * Waits for the worker's start message.
 *
 * @throws {@link ServerError} `bot-failed` when this process was not started by a worker
 */
export async function openWorkerChannel(): Promise<WorkerChannel> {
  const stop = new AbortController()
  const gone = new AbortController()
  let positions: 'keep' | 'close' = 'keep'
  let controlChanged: () => void = () => {}
  if (process.send === undefined)
    throw new ServerError('bot-failed', 'A bot process is started by a worker, not by hand. Use: claw up')
  const started = deferred<BotStart>()
  process.on('message', (message: ToBot) => {
    if (message.type === 'start') started.resolve(message)
    else if (message.type === 'control-changed') controlChanged()
    else {
      positions = message.positions
      stop.abort()
    }
  })
  process.once('disconnect', () => gone.abort())
  const timer = setTimeout(
    () =>
      started.reject(new ServerError('bot-failed', `No start message within ${START_TIMEOUT_MS / 1000} s.`)),
    START_TIMEOUT_MS,
  )
  gone.signal.addEventListener('abort', () =>
    started.reject(new ServerError('bot-failed', 'The worker is gone.')),
  )
  const start = await started.promise.finally(() => clearTimeout(timer))
  return {
    start,
    send,
    stopAsked: stop.signal,
    stop: () => stop.abort(),
    workerGone: gone.signal,
    onControlChanged: listener => {
      controlChanged = listener
    },
    get stopPositions() {
      return positions
    },
  }
}

function send(message: FromBot): Promise<void> {
  return new Promise(resolve => {
    if (!process.connected || process.send === undefined) return resolve()
    process.send(message, undefined, undefined, () => resolve())
  })
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  let reject: (reason: unknown) => void = () => {}
  const promise = new Promise<T>((onValue, onReason) => {
    resolve = onValue
    reject = onReason
  })
  return { promise, resolve, reject }
}
