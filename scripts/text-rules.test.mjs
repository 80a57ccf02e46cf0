import { describe, expect, it } from 'vitest'
import { violationsOf } from './text-rules.mjs'

describe('the text rules', () => {
  it.each([
    ['packages/bot-engine/src/a.ts', 'const a = Math.random()'],
    ['packages/bot-engine/src/a.ts', "throw new Error('a')"],
    ['packages/bot-engine/src/a.ts', "export * from './b.ts'"],
    ['reference-server/dashboard/src/a.ts', "import { a } from '@openclaw-trading/reference-server'"],
    ['packages/bot-engine/src/a.test.ts', "it('should work', () => {})"],
    ['packages/bot-engine/src/a.test.ts', "it('works', () => {})"],
    ['packages/bot-engine/src/utils.ts', ''],
    ['docs/a.md', 'see /work' + '/main'],
    ['docs/a.md', 'fixes issue' + ' #12'],
    ['docs/a.md', 'from registry' + '.example.org'],
  ])('refuse in %s: %s', (path, text) => {
    expect(violationsOf(path, text)).toHaveLength(1)
  })

  it.each([
    ['packages/bot-engine/src/a.test.ts', 'const a = Math.random()'],
    ['packages/bot-engine/src/a.test.ts', "it('keeps the old ask', () => {})"],
    ['reference-server/dashboard/src/a.ts', "import type { A } from '@openclaw-trading/reference-server'"],
    ['docs/a.md', 'the working folder and its issues'],
  ])('accept in %s: %s', (path, text) => {
    expect(violationsOf(path, text)).toEqual([])
  })
})
