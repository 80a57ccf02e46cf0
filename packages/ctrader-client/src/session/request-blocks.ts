import { type Clock, sleep } from '../clock.ts'
import { CTraderError } from '../errors.ts'
import { type MethodName, methods } from '../protocol/methods.ts'
import { blockOf, type Refusal } from './server-error.ts'

/** Kinds of requests that the server has blocked for a while (`retryAfter`), by payload type. */
export class RequestBlocks {
  readonly #clock: Clock
  readonly #untilMs = new Map<number, number>()

  /** Creates it without blocks. */
  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The server blocks a kind from now on. */
  block(method: MethodName, durationMs: number): void {
    const { request } = methods[method]
    const untilMs = this.#clock.elapsedMs() + durationMs
    this.#untilMs.set(request, Math.max(untilMs, this.#untilMs.get(request) ?? 0))
  }

  /** A command was refused: it may be that its kind is blocked. */
  note(method: MethodName, refusal: Refusal): void {
    const blockedMs = blockOf(refusal)
    if (blockedMs !== undefined) this.block(method, blockedMs)
  }

  /** Why a request of this kind must not be sent now; `undefined` when it may. */
  refusal(method: MethodName): CTraderError<'rate-limited'> | undefined {
    if (this.#untilMs.size === 0) return undefined
    const blockedMs = this.#remainingMs(method)
    if (blockedMs === 0) return undefined
    const retryAfterMs = Math.ceil(blockedMs)
    return new CTraderError(
      'rate-limited',
      `The server blocks ${method} for another ${retryAfterMs} ms. Ask again then.`,
      { retryAfterMs },
    )
  }

  /** Waits for the end of a block. @throws {@link CTraderError} `rate-limited` when it is not over by `endsMs` */
  async waitOut(
    method: MethodName,
    endsMs: number,
    signals: readonly (AbortSignal | undefined)[],
  ): Promise<void> {
    const refusal = this.refusal(method)
    if (refusal === undefined) return
    const blockedMs = refusal.details.retryAfterMs
    if (this.#clock.elapsedMs() + blockedMs >= endsMs) throw refusal
    const given = signals.filter(signal => signal !== undefined)
    await sleep(this.#clock, blockedMs, AbortSignal.any(given))
  }

  #remainingMs(method: MethodName): number {
    const { request } = methods[method]
    const untilMs = this.#untilMs.get(request)
    if (untilMs === undefined) return 0
    const leftMs = untilMs - this.#clock.elapsedMs()
    if (leftMs > 0) return leftMs
    this.#untilMs.delete(request)
    return 0
  }
}
