import { expect, it } from 'vitest'
import { eachLineOfMany } from './text-source.ts'

it('a long text gives way to what else waits, and an abort ends it there', async () => {
  const source = { name: 'long.csv', bytes: Buffer.from('1\n'.repeat(120_000)) }
  const controller = new AbortController()
  const reason = new DOMException('enough', 'AbortError')
  let lines = 0
  const take = () => {
    if (lines === 0) setImmediate(() => controller.abort(reason))
    lines += 1
  }
  await expect(eachLineOfMany(source, take, controller.signal)).rejects.toBe(reason)
  expect(lines).toBeGreaterThan(0)
  expect(lines).toBeLessThan(120_000)
})

it('a text in pieces has the lines and the numbers of one that is read at once', async () => {
  const source = { name: 'long.csv', bytes: Buffer.from(`${'a\r\n\n'.repeat(60_000)}end`) }
  const last: [string, number] = ['', 0]
  let lines = 0
  await eachLineOfMany(source, (text, line) => {
    lines += 1
    last[0] = text
    last[1] = line
  })
  expect([lines, ...last]).toEqual([60_001, 'end', 120_001])
})
