import type { Replay, ReplayReservation } from '@openclaw-trading/ctrader-client'
import type { Decision } from '../ports/broker.ts'

/** A decision with its place in a replay; outside one it holds nothing. */
export class ReplayDecision implements Decision {
  readonly #reservation: ReplayReservation | undefined

  private constructor(reservation: ReplayReservation | undefined) {
    this.#reservation = reservation
  }

  /** Takes the place of the message being handled. */
  static take(replay: Replay | undefined): ReplayDecision {
    return new ReplayDecision(replay?.reserve())
  }

  /** Id under which the request must be sent; `undefined`: any. */
  get clientMsgId(): string | undefined {
    return this.#reservation?.clientMsgId
  }

  release(): void {
    this.#reservation?.release()
  }
}
