import { expect, it } from 'vitest'
import { fleetOf, instance } from './fixtures.ts'
import { botPath, routeOf } from './router.ts'
import { neighbour } from './shortcuts.ts'

it('reads the paths of the pages', () => {
  expect(routeOf('/')).toEqual({ page: 'fleet' })
  expect(routeOf('/bots/S03/demo')).toEqual({ page: 'bot', botId: 'S03', accountType: 'demo' })
  expect(routeOf(botPath('a_b-1', 'live'))).toEqual({ page: 'bot', botId: 'a_b-1', accountType: 'live' })
})

it('finds no page for other paths', () => {
  for (const path of ['/bots', '/bots/S03', '/bots/S03/paper', '/bots/../demo', '/bots/-x/demo', '/x'])
    expect(routeOf(path)).toEqual({ page: 'missing', path })
})

it('goes round the bots', () => {
  const fleet = fleetOf([instance(), instance({ botId: 'S04' })])
  expect(neighbour(fleet, routeOf('/bots/S04/demo'), 1)).toBe('/bots/S03/demo')
  expect(neighbour(fleet, routeOf('/bots/S03/demo'), -1)).toBe('/bots/S04/demo')
  expect(neighbour(fleet, routeOf('/'), 1)).toBe('/bots/S03/demo')
  expect(neighbour(fleetOf([]), routeOf('/'), 1)).toBeNull()
})
