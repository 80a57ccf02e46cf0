import {
  type DealId,
  lots,
  type OrderId,
  pips,
  type Position,
  type Price,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it } from 'vitest'
import { held, ManualBroker, sessions, start } from '../../test/manual-broker.ts'
import { partialTargets } from '../policies/exit-policies.ts'
import { managed } from '../policies/managed.ts'
import type { PositionPolicy } from '../policies/position-policy.ts'
import { fixedTrail } from '../policies/stop-policies.ts'

const brokers: ManualBroker[] = []

afterEach(async () => {
  for (const { submitted } of brokers.splice(0))
    for (const { answer } of submitted) answer({ type: 'accepted' })
  for (const session of sessions.splice(0)) await session.stop()
})

/** A run with a bar policy whose broker tells at 10 s of a fill at 1290 of 9 s, with or without its stop. */
async function filled(policy: PositionPolicy, quotes: readonly number[], position: Position = OPENED) {
  const broker = new ManualBroker()
  brokers.push(broker)
  await start(managed([policy], {}), broker)
  broker.quote(1000, 1295)
  for (const [row, bid] of quotes.entries()) broker.quote(9100 + row, bid)
  const { id: positionId, symbolId, side, volume, entryPrice: price, commission } = position
  const order = { id: 5 as OrderId, positionId, symbolId, side, volume, filledVolume: volume }
  broker.emit({
    type: 'order-filled',
    at: 10_000 as UnixMs,
    order: { ...order, closing: false, status: 'filled' },
    partial: false,
    position,
    fill: {
      ...{ dealId: 6 as DealId, orderId: order.id, positionId, side, volume, price, commission },
      at: position.openedAt,
    },
  })
  return broker
}

const OPENED: Position = { ...held, openedAt: 9000 as UnixMs }
const updated = (broker: ManualBroker, at: number, changes: Partial<Position>) =>
  broker.emit({ type: 'position-updated', at: at as UnixMs, position: { ...OPENED, ...changes } })
const stopsOf = ({ submitted }: ManualBroker) =>
  submitted.flatMap(({ command }) => (command.type === 'set-protection' ? [command.protection.stopLoss] : []))

describe('a managed live run, in the bar of the entry', () => {
  const trail = fixedTrail({ pips: pips(200) })

  it('trails by the best quote since the fill, and not by what the bar had shown before', async () => {
    const broker = await filled(trail, [])
    for (const [at, bid] of [
      [20_000, 1293],
      [30_000, 1291.5],
      [60_000, 1291.5],
    ] as const)
      broker.quote(at, bid)
    expect(stopsOf(broker)).toEqual([1291])
  })

  it('knows the last quote between a fill and the word of it', async () => {
    const broker = await filled(trail, [1291, 1292.5])
    broker.quote(30_000, 1291)
    broker.quote(60_000, 1291)
    expect(stopsOf(broker)).toEqual([1290.5])
  })

  it('takes no quote of before the fill that is told after it', async () => {
    const late = { ...OPENED, openedAt: 15_000 as UnixMs }
    const broker = await filled(trail, [], late)
    broker.quote(14_000, 1294)
    for (const at of [16_000, 60_000]) broker.quote(at, 1290.5)
    expect(stopsOf(broker)).toEqual([1288.5])
  })

  it('measures r from the first stop that the broker tells after the fill', async () => {
    const { stopLoss: _, ...bare } = OPENED
    const broker = await filled(partialTargets([{ at: { r: 1 }, close: 0.5 }]), [], bare)
    updated(broker, 10_100, { stopLoss: 1288 as Price, trailing: true })
    broker.quote(20_000, 1291.5)
    updated(broker, 20_100, { stopLoss: 1289.5 as Price, trailing: true })
    broker.quote(60_000, 1291.5)
    expect(broker.submitted).toEqual([])
    broker.quote(61_000, 1292)
    broker.quote(120_000, 1292)
    expect(broker.submitted.map(({ command }) => command)).toMatchObject([
      { type: 'close', volume: lots(0.05) },
    ])
  })
})
