import { type ChildProcess, fork } from 'node:child_process'
import type { Entry } from '../entries.ts'
import { ServerError } from '../errors.ts'
import type { Logger } from '../observability/logger.ts'
import type { FromVenue, ToVenue } from './protocol.ts'
import type { VenueAccess, VenueMode } from './venue-mode.ts'

/** How to run the venue. */
export interface VenueProcessOptions {
  readonly entry: Entry
  readonly mode: VenueMode
  /** The complete environment of the child. */
  readonly env: Readonly<Record<string, string>>
  readonly logger: Logger
  /** Called when it stops to answer (`up` false, with the reason) and when it is back. */
  readonly onHealth?: (up: boolean, reason: string) => void
  /** A replay has delivered its last quote, or failed. */
  readonly onReplayEnded?: (error: ServerError | undefined) => void
  /** Longest wait for its first word, in milliseconds. Default 60,000: a big tick file is read first. */
  readonly readyTimeoutMs?: number
  readonly signal?: AbortSignal
}

/** Waits between restarts: doubled each time, back to the first once it has lived for a minute. */
const BACKOFF_MS = { first: 250, most: 10_000, forgottenAfter: 60_000 } as const
const STOP_MS = { ask: 3000, term: 2000, kill: 1000 } as const
const READY_TIMEOUT_MS = 60_000
/** Of what it wrote on stderr, the end is kept for messages. */
const TAIL_CHARACTERS = 4000

/** Owns the process of the simulated venue: starts it, starts it again when it dies, and ends it. */
export class VenueProcess {
  readonly #options: VenueProcessOptions
  #child: ChildProcess | undefined
  #access: VenueAccess | undefined
  #tail = ''
  #closing = false
  #startedAt = 0
  #backoffMs: number = BACKOFF_MS.first
  #timer: NodeJS.Timeout | undefined

  private constructor(options: VenueProcessOptions) {
    this.#options = options
  }

  /** Starts the venue and waits until it listens. @throws {@link ServerError} `venue-failed`, `data-invalid` */
  static async start(options: VenueProcessOptions): Promise<VenueProcess> {
    const venue = new VenueProcess(options)
    try {
      await venue.#launch()
    } catch (error) {
      await venue.close()
      throw error
    }
    return venue
  }

  /** How to reach it now; undefined while it is down. */
  get access(): VenueAccess | undefined {
    return this.#access
  }

  /** Id of the running process, for those who look after it. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Ends the process: asks, then terminates, then kills. */
  async close(): Promise<void> {
    this.#closing = true
    clearTimeout(this.#timer)
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
    if (child.connected) child.send({ type: 'stop' } satisfies ToVenue, () => {})
    if (await within(exited, STOP_MS.ask)) return
    child.kill('SIGTERM')
    if (await within(exited, STOP_MS.term)) return
    child.kill('SIGKILL')
    await within(exited, STOP_MS.kill)
  }

  async #launch(): Promise<void> {
    this.#options.signal?.throwIfAborted()
    const { entry, mode, env } = this.#options
    const child = fork(entry.file, [], {
      execArgv: [...entry.execArgv],
      env: { ...env },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#child = child
    this.#startedAt = Date.now()
    this.#tail = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#tail = (this.#tail + text).slice(-TAIL_CHARACTERS)
    })
    child.on('error', error => this.#options.logger.error({ reason: error.message }, 'venue process error'))
    child.send({ type: 'start', mode } satisfies ToVenue, () => {})
    this.#access = await this.#ready(child)
    child.on('message', (message: FromVenue) => this.#heard(message))
    child.once('exit', () => this.#lost(child))
    // It may have died between its word and this line.
    if (child.exitCode !== null || child.signalCode !== null) this.#lost(child)
  }

  #ready(child: ChildProcess): Promise<VenueAccess> {
    const timeoutMs = this.#options.readyTimeoutMs ?? READY_TIMEOUT_MS
    const { signal } = this.#options
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        child.off('message', onMessage)
        child.off('exit', onExit)
        act()
      }
      const onAbort = () => settle(() => reject(signal?.reason))
      const onMessage = (message: FromVenue) => {
        if (message.type === 'ready') settle(() => resolve(message.access))
        else if (message.type === 'failed') settle(() => reject(venueError(message)))
      }
      const onExit = (code: number | null, killedBy: string | null) =>
        settle(() => reject(this.#died(`ended with ${killedBy ?? `exit code ${code}`} before it listened`)))
      const timer = setTimeout(
        () => settle(() => reject(this.#died(`did not listen within ${timeoutMs / 1000} s`))),
        timeoutMs,
      )
      signal?.addEventListener('abort', onAbort, { once: true })
      child.on('message', onMessage)
      child.on('exit', onExit)
    })
  }

  #heard(message: FromVenue): void {
    if (message.type === 'replay-ended')
      this.#options.onReplayEnded?.(message.error === undefined ? undefined : venueError(message.error))
  }

  #lost(child: ChildProcess): void {
    if (child !== this.#child || this.#closing) return
    this.#access = undefined
    const reason = `The venue process ended (${child.signalCode ?? `exit code ${child.exitCode}`}).`
    this.#options.logger.error({ reason, tail: this.#tail }, 'venue lost')
    this.#options.onHealth?.(false, reason)
    if (this.#options.mode.type === 'replay') {
      this.#options.onReplayEnded?.(this.#died('ended before its replay did'))
      return
    }
    if (Date.now() - this.#startedAt > BACKOFF_MS.forgottenAfter) this.#backoffMs = BACKOFF_MS.first
    this.#again()
  }

  #again(): void {
    if (this.#closing) return
    this.#timer = setTimeout(() => {
      this.#launch().then(
        () => this.#options.onHealth?.(true, ''),
        error => {
          this.#options.logger.error({ reason: String(error) }, 'venue restart failed')
          this.#child?.kill('SIGKILL')
          this.#again()
        },
      )
    }, this.#backoffMs)
    this.#backoffMs = Math.min(this.#backoffMs * 2, BACKOFF_MS.most)
  }

  #died(what: string): ServerError {
    const tail = this.#tail.trim()
    return new ServerError(
      'venue-failed',
      `The simulated venue ${what}.${tail === '' ? '' : ` Its last words: ${tail.split('\n').at(-1)}.`} Start again; DEBUG=claw:* shows more.`,
    )
  }
}

function venueError(failure: { readonly code: string; readonly message: string }): ServerError {
  const text = failure.message.replace(/^\[[a-z-]+\] /, '')
  const aboutData = failure.code.startsWith('data-')
  return new ServerError(aboutData ? 'data-invalid' : 'venue-failed', text)
}

async function within(done: Promise<void>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>(resolve => {
    timer = setTimeout(() => resolve(false), timeoutMs)
  })
  try {
    return await Promise.race([done.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
