import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from './install.mjs'

it('keeps .env.example at the root equal to that of the server, which its own test ties to the schema', () => {
  const text = path => readFileSync(join(root, path), 'utf8')
  expect(text('.env.example')).toBe(text('reference-server/.env.example'))
})
