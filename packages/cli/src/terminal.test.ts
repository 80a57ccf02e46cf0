import { expect, it } from 'vitest'
import { upCommandOf } from './terminal.ts'

it('names the command that a person typed', () => {
  expect(upCommandOf('/home/me/openclaw/scripts/start.mjs')).toBe('npm start')
  expect(upCommandOf('/usr/local/bin/claw')).toBe('claw up')
  expect(upCommandOf(undefined)).toBe('claw up')
})
