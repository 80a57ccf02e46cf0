import type { MessageByPayloadType } from '@openclaw-trading/ctrader-client/protocol'
import { type Endpoint, RawClient, type Received } from './raw-client.ts'

/** A counted message, and when the bot's clock stood at it. */
export interface Counted {
  readonly payloadType: number
  readonly clientMsgId: string | undefined
  readonly message: MessageByPayloadType[2131] | MessageByPayloadType[2126] | MessageByPayloadType[2132]
  readonly at: number
}

/** Decides on a message; what it sends carries the place of the message. */
export type Decide = (
  counted: Counted,
  order: (side: 1 | 2, levels?: object) => void,
  close: (positionId: number, volume: number) => void,
) => void

const COUNTED: readonly number[] = [2131, 2126, 2132]

/** A bot that keeps the rules of the marks by hand: it numbers, decides, and confirms each message. */
export class ReplayBot {
  readonly counted: Counted[] = []
  readonly client: RawClient
  /** Resolves with the reason of the venue's goodbye. */
  readonly ended: Promise<string>
  readonly #endpoint: Endpoint
  #at = 0

  private constructor(
    client: RawClient,
    endpoint: Endpoint,
    decide: Decide,
    confirms: (n: number) => boolean,
  ) {
    this.client = client
    this.#endpoint = endpoint
    this.ended = new Promise(resolve => {
      client.onMessage = received => {
        if (received.payloadType === 2148)
          resolve((received.message as MessageByPayloadType[2148]).reason ?? '')
        if (COUNTED.includes(received.payloadType)) this.#handle(received, decide, confirms)
      }
    })
  }

  /** Logs in and subscribes. `confirms` tells which marks are sent; default all. */
  static async start(
    endpoint: Endpoint,
    decide: Decide,
    confirms: (n: number) => boolean = () => true,
  ): Promise<ReplayBot> {
    const client = await RawClient.login(endpoint)
    const bot = new ReplayBot(client, endpoint, decide, confirms)
    const { ctidTraderAccountId } = endpoint.credentials
    client.send(2127, { ctidTraderAccountId, symbolId: [41], subscribeToSpotTimestamp: true }, 'subscribe')
    return bot
  }

  #handle(
    { payloadType, clientMsgId, message }: Received,
    decide: Decide,
    confirms: (n: number) => boolean,
  ): void {
    const { ctidTraderAccountId } = this.#endpoint.credentials
    const event = message as Counted['message'] & {
      timestamp?: number
      order?: { utcLastUpdateTimestamp?: number }
    }
    this.#at = Math.max(this.#at, event.timestamp ?? event.order?.utcLastUpdateTimestamp ?? 0)
    const counted = { payloadType, clientMsgId, message: event, at: this.#at }
    this.counted.push(counted)
    const n = this.counted.length
    let k = 0
    const order = (tradeSide: 1 | 2, levels: object = {}) =>
      this.client.send(
        2106,
        { ctidTraderAccountId, symbolId: 41, orderType: 1, tradeSide, volume: 1000, ...levels },
        `${n}.${++k}`,
      )
    const close = (positionId: number, volume: number) =>
      this.client.send(2111, { ctidTraderAccountId, positionId, volume }, `${n}.${++k}`)
    decide(counted, order, close)
    if (confirms(n)) this.client.send(51, {}, String(n))
  }
}
