import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from './install.mjs'
import { LONGEST, LongestFirst, rankOf } from './longest-first.ts'

it('names files that exist', () => {
  expect(LONGEST.filter(name => !existsSync(join(root, `${name}.test.ts`)))).toEqual([])
})

it('begins the longest files of a group first, and no file of a later group before it', async () => {
  const file = (name, groupOrder) => ({
    moduleId: join(root, name),
    project: { name: `group ${groupOrder}`, config: { isolate: true, sequence: { groupOrder } } },
  })
  const cache = { getFileTestResults: () => undefined, getFileStats: () => ({ size: 1 }) }
  const [longest = '', second = ''] = LONGEST.map(name => `${name}.test.ts`)
  const files = [file('e2e/a.e2e.test.ts', 2), file(second, 2), file(longest, 2), file('a.test.ts', 0)]
  const sorted = await new LongestFirst({ cache, config: { root } }).sort(files)
  expect(sorted).toEqual([files[3], files[2], files[1], files[0]])
  expect(rankOf('C:\\repo\\e2e\\nine-strategies.e2e.test.ts')).toBe(1)
})
