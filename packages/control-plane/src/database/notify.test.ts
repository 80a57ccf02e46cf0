import { expect, it } from 'vitest'
import { parseChange } from './notify.ts'

it('reads a change and nothing else', () => {
  expect(parseChange('{"type":"trades","botId":"S03","accountType":"demo"}')).toEqual({
    type: 'trades',
    botId: 'S03',
    accountType: 'demo',
  })
  for (const text of [undefined, '', '{', 'null', '{"type":"other"}']) expect(parseChange(text)).toBeNull()
})
