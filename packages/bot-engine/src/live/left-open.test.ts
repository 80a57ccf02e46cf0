import type { DealId, PositionId, UnixMs } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { held } from '../../test/manual-broker.ts'
import type { PastClosing } from '../ports/broker.ts'
import { leftOpen } from './left-open.ts'

const closing = (dealId: number, positionId = 7) =>
  ({
    position: held,
    fill: { dealId: dealId as DealId, positionId: positionId as PositionId, at: dealId as UnixMs },
  }) as PastClosing
const all = [closing(1), closing(2, 8), closing(3), closing(4)]

it.each<[string, readonly number[], readonly number[]]>([
  ['all but the last of a position where none was counted', [], [1, 3]],
  ['those of which all were counted, for who hears them again', [1, 3, 4], [1, 3]],
  ['none before one that was counted, which who remembers it does not hear again', [3, 4], [3]],
  ['one that was counted, when a later one was not', [1], [1, 3]],
  ['not the last of those that come late, behind the last of all', [4], [1]],
])('what left something of its position is %s', (_what, counted, left) => {
  expect([...leftOpen(all, dealId => counted.includes(dealId))].sort()).toEqual(left)
})
