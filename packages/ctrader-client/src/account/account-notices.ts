import {
  type AccountId,
  orderId,
  positionId,
  type SymbolId,
  type UnixMs,
  unixMs,
} from '@openclaw-trading/trading-model'
import type { EventEmitter } from 'eventemitter3'
import type { AccountEvents } from './account-events.ts'
import { required } from '../decode/presence.ts'
import { decodeMarginCall, type TraderState } from '../decode/trader.ts'
import { isCTraderError } from '../errors.ts'
import type { InstrumentCatalogue } from './instruments.ts'
import type { Logger } from '../options.ts'
import type { ProtoOATrader } from '../protocol/generated/messages.js'
import { decodeMoney } from '../protocol/units/money-digits.ts'
import { decodePriceDouble } from '../protocol/units/price-e5.ts'
import type { ServerEvents } from '../session/server-events.ts'
import type { Session } from '../session/session.ts'

/** What of an account tells, and is told of, its rare events. */
export interface NoticedAccount {
  readonly id: AccountId
  readonly session: Pick<Session, 'events' | 'restores'>
  readonly catalogue: Pick<InstrumentCatalogue, 'refresh'>
  readonly events: EventEmitter<AccountEvents>
  readonly logger: Logger
  readonly currency: string
  readonly now: UnixMs
  resync(): void
  takeTrader(trader: ProtoOATrader): TraderState
}

type Told = { [E in keyof ServerEvents]?: (...event: ServerEvents[E]) => void }

/** Tells the rare events of one account in the words of the model. @returns what ends it */
export function tellNotices(link: NoticedAccount): () => void {
  const { events: server } = link.session
  const listeners = listenersOf(link)
  const names = Object.keys(listeners) as (keyof Told)[]
  for (const name of names) server.on(name, listeners[name] as never)
  return () => {
    for (const name of names) server.off(name, listeners[name] as never)
  }
}

function listenersOf(link: NoticedAccount): Told {
  const { events } = link
  const own = <Event extends { readonly ctidTraderAccountId: number }>(tell: (event: Event) => void) => {
    return (event: Event): void => {
      if (event.ctidTraderAccountId === link.id) tell(event)
    }
  }
  return {
    'execution-undecodable': id => {
      const mine = id === undefined || id === link.id
      // Else the session restores the account, and the snapshot comes with that.
      if (mine && !link.session.restores) link.resync()
    },
    'symbols-changed': own(({ symbolId = [] }) => void refresh(link, symbolId as SymbolId[])),
    'trader-updated': own(({ trader }) => {
      events.emit('account-changed', link.takeTrader(required(trader, 'trader')))
    }),
    'trailing-stop-changed': own(event => {
      const stopLoss = decodePriceDouble(required(event.stopPrice, 'stopPrice'))
      const id = positionId(required(event.positionId, 'positionId'))
      events.emit('trailing-stop-moved', {
        positionId: id,
        orderId: orderId(required(event.orderId, 'orderId')),
        stopLoss,
        at: unixMs(event.utcLastUpdateTimestamp ?? link.now),
      })
    }),
    'margin-changed': own(({ positionId: id, usedMargin, moneyDigits }) => {
      events.emit('margin-changed', {
        positionId: positionId(required(id, 'positionId')),
        usedMargin: decodeMoney(required(usedMargin, 'usedMargin'), moneyDigits, link.currency),
      })
    }),
    'margin-call-updated': own(({ marginCall }) => {
      events.emit('margin-call-changed', decodeMarginCall(required(marginCall, 'marginCall')))
    }),
    'margin-call-triggered': own(({ marginCall }) => {
      events.emit('margin-call', decodeMarginCall(required(marginCall, 'marginCall')))
    }),
  }
}

/** The server tells ids only: the names and the records are loaded anew. */
async function refresh(link: NoticedAccount, ids: readonly SymbolId[]): Promise<void> {
  try {
    link.events.emit('instruments-changed', await link.catalogue.refresh(ids))
  } catch (error) {
    if (!isCTraderError(error)) throw error
    link.logger.warn({ reason: error.message, symbols: ids.length }, 'changed symbols not loaded')
  }
}
