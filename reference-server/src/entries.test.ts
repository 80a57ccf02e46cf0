import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { entryOf } from './entries.ts'

it('starts children from their sources through tsx when the server runs from sources', () => {
  const { file, execArgv } = entryOf('bot')
  expect(file).toMatch(/src\/bot\/main\.ts$/)
  expect(execArgv[0]).toBe('--import')
  expect(execArgv[1]).toMatch(/^file:.*tsx/)
  expect(execArgv[2]).toBe('--conditions=@openclaw-trading/source')
})

it('says what to do when the built program is missing', () => {
  const from = pathToFileURL('/nowhere/dist/index.js').href
  expect(() => entryOf('venue', from)).toThrow('Run "npm run build"')
})
