import {
  type DealId,
  lots,
  type OrderId,
  type Position,
  type PositionId,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { afterEach, expect, it } from 'vitest'
import { held, ManualBroker, sessions, start, usd } from '../../test/manual-broker.ts'
import type { TradeResult } from '../strategy/entry-protection.ts'

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

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
