import type { ProtoOAPosition, ProtoOASymbol } from '../protocol/generated/messages.js'
import type { MessageByPayloadType, PayloadType } from '../protocol/generated/registry.js'
import { decodeMessage } from '../protocol/message.ts'
import { MemoryServer } from './memory-transport.ts'

/** The account of a {@link FakeVenue}. */
export const FAKE_ACCOUNT_ID = 5
/** Gold at a {@link FakeVenue}. */
export const FAKE_GOLD: ProtoOASymbol = {
  symbolId: 41,
  digits: 2,
  pipPosition: 1,
  lotSize: 10_000,
  minVolume: 100,
  stepVolume: 100,
  maxVolume: 1_000_000,
}

type Answers = {
  [P in PayloadType]?: (
    request: MessageByPayloadType[P],
  ) => readonly [type: PayloadType, message: object] | undefined
}

/** A server of a test that answers everything a session asks for before it trades. */
export class FakeVenue extends MemoryServer {
  /** Answers by request payload type; a test may replace them. `undefined`: no answer. */
  readonly answers: Answers
  /** Open positions of the account. */
  positions: readonly ProtoOAPosition[] = []

  /** Creates it; `version` ends in `+replay` or `+replay-rewind` for a replay. */
  constructor(version = '91') {
    super(request => {
      const type = request.payloadType as PayloadType
      const answer = (
        this.answers[type] as ((message: object) => readonly [PayloadType, object] | undefined) | undefined
      )?.(decodeMessage(type, request.payload))
      if (answer !== undefined) this.send(answer[0], answer[1] as never, request.clientMsgId)
    })
    const account = { ctidTraderAccountId: FAKE_ACCOUNT_ID }
    const trader = {
      ...account,
      balance: 1_000_000,
      depositAssetId: 1,
      leverageInCents: 10_000,
      moneyDigits: 2,
    }
    this.answers = {
      2100: () => [2101, {}],
      2102: () => [2103, account],
      2104: () => [2105, { version }],
      2112: () => [
        2113,
        {
          ...account,
          asset: [
            { assetId: 1, name: 'USD' },
            { assetId: 2, name: 'XAU' },
          ],
        },
      ],
      2114: () => [
        2115,
        {
          ...account,
          symbol: [
            { symbolId: 41, symbolName: 'XAUUSD', enabled: true, baseAssetId: 2, quoteAssetId: 1 },
            { symbolId: 42, symbolName: 'XAUUSD', enabled: false },
            { symbolId: 43, symbolName: 'EURUSD', enabled: true },
          ],
        },
      ],
      2116: ({ symbolId = [] }) => [
        2117,
        { ...account, symbol: symbolId.filter(id => id !== 99).map(id => ({ ...FAKE_GOLD, symbolId: id })) },
      ],
      2121: () => [2122, { ...account, trader }],
      2124: () => [2125, { ...account, position: this.positions }],
      2127: () => [2128, account],
      2149: () => [
        2150,
        { accessToken: '', ctidTraderAccount: [{ ...account, isLive: false, traderLogin: 77 }] },
      ],
    }
  }
}
