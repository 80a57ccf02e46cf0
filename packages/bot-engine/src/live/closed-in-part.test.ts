import {
  type DealId,
  lots,
  type OrderId,
  type Position,
  type PositionId,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { afterEach, expect, it } from 'vitest'
import { held, ManualBroker, sessions, start, turn, usd } from '../../test/manual-broker.ts'
import type { PastClosing } from '../ports/broker.ts'
import type { TradeResult } from '../strategy/entry-protection.ts'

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

/** A broker whose deal history has closings of the held position. */
class TellingBroker extends ManualBroker {
  closings: readonly PastClosing[] = []
  stale: (reason: string, linkClosed: boolean) => void = () => undefined
  readonly onStale = (listener: (reason: string, linkClosed: boolean) => void): void => {
    this.stale = listener
  }
  readonly pastClosings = async () => this.closings
  readonly hasOrder = async () => false
}

function past(dealId: number, volume: number): PastClosing {
  const at = (1000 + dealId) as UnixMs
  return {
    position: held,
    fill: {
      ...{ dealId: dealId as DealId, orderId: dealId as OrderId, positionId: held.id, side: 'sell', at },
      ...{ volume: lots(volume), price: held.entryPrice, commission: usd(0) },
      closing: {
        ...{ entryPrice: held.entryPrice, gross: usd(-100), commission: usd(0), swap: usd(0) },
        ...{ conversionFee: usd(0), balance: usd(999_900) },
      },
    },
  }
}

/** A protection that notes when each closing was, and whether something was left. */
function watching() {
  const told: (readonly [number, boolean | undefined])[] = []
  const onTrade = ({ closedAt, isOpen }: TradeResult) => void told.push([closedAt - 1000, isOpen])
  const watcher = { name: 'watcher', settings: {}, start: () => ({ onTrade, problem: () => undefined }) }
  return { told, options: { protections: [watcher] } }
}

function resync(broker: ManualBroker, positions: readonly Position[]): void {
  const snapshot = { at: 3000 as UnixMs, balance: usd(999_800), leverage: 100, positions, orders: [] }
  broker.emit({ type: 'resynced', at: 3000 as UnixMs, snapshot })
}

function closes(broker: ManualBroker, dealId: number, position: Position, volume: number): void {
  const at = (1000 + dealId) as UnixMs
  const of = { positionId: position.id, side: 'sell', volume: lots(volume) } as const
  const order = { ...of, symbolId: position.symbolId, filledVolume: of.volume, closing: true } as const
  broker.emit({
    type: 'order-filled',
    at,
    order: { ...order, id: dealId as OrderId, status: 'filled' },
    partial: false,
    position,
    fill: {
      ...{ ...of, dealId: dealId as DealId, orderId: dealId as OrderId, at },
      ...{ price: held.entryPrice, commission: usd(0) },
      closing: {
        ...{ entryPrice: held.entryPrice, gross: usd(-100), commission: usd(0), swap: usd(0) },
        ...{ conversionFee: usd(0), balance: usd(999_900) },
      },
    },
  })
}

it('a live run tells its protections which closings left something of their position', async () => {
  const told: (readonly [PositionId | undefined, boolean | undefined])[] = []
  const onTrade = ({ positionId, isOpen }: TradeResult) => void told.push([positionId, isOpen])
  const watcher = { name: 'watcher', settings: {}, start: () => ({ onTrade, problem: () => undefined }) }
  const broker = new ManualBroker()
  broker.positions = [held]
  await start({}, broker, { protections: [watcher] })
  broker.quote(1000)
  closes(broker, 1, { ...held, volume: lots(0.04) }, 0.06)
  closes(broker, 2, { ...held, volume: lots(0) }, 0.04)
  expect(told).toEqual([
    [held.id, true],
    [held.id, undefined],
  ])
})

it.each<[string, readonly Position[], readonly (boolean | undefined)[]]>([
  ['is gone: all but the last of its closings left something', [], [true, true, undefined]],
  ['is there: each of its closings left something', [held], [true, true, true]],
])('of closings before a run, whose position %s', async (_what, positions, isOpen) => {
  const { told, options } = watching()
  const broker = new TellingBroker()
  broker.positions = [...positions]
  broker.closings = [past(2, 0.02), past(1, 0.06), past(3, 0.02)]
  await start({}, broker, options)
  broker.quote(5000)
  await turn()
  expect(told).toEqual([1, 2, 3].map((deal, index) => [deal, isOpen[index]]))
})

it('of closings that nobody saw, all but the last of a position that is gone left something', async () => {
  const { told, options } = watching()
  const broker = new TellingBroker()
  broker.positions = [held]
  await start({}, broker, options)
  broker.quote(1000)
  await turn()
  broker.stale('the connection is lost', true)
  broker.closings = [past(1, 0.06), past(2, 0.04)]
  resync(broker, [])
  await turn()
  expect(told).toEqual([
    [1, true],
    [2, undefined],
  ])
})

it('a closing that is told behind the last of its position leaves nothing open: none is told any more', async () => {
  const { told, options } = watching()
  const broker = new TellingBroker()
  broker.positions = [held]
  await start({}, broker, options)
  broker.quote(1000)
  await turn()
  closes(broker, 2, { ...held, volume: lots(0) }, 0.04)
  broker.stale('the connection is lost', true)
  broker.closings = [past(1, 0.06), past(2, 0.04)]
  resync(broker, [])
  await turn()
  expect(told).toEqual([
    [2, undefined],
    [1, undefined],
  ])
})
