import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { fingerprintOf, Secret, scrub } from './secret.ts'

const TEXT = 'canary-4f1c'

describe('Secret', () => {
  it('prints [redacted] wherever it ends up by accident', () => {
    const secret = new Secret(TEXT)
    const seen = [
      `${secret}`,
      String(secret),
      JSON.stringify({ secret }),
      inspect(secret, { showHidden: true, depth: 9 }),
      inspect({ deep: [secret] }),
      JSON.stringify(structuredClone({ ...secret })),
      Object.entries(secret).join(),
      new Error(`it was ${secret}`).message,
    ]
    expect(seen.join('\n')).not.toContain(TEXT)
    expect(seen.slice(0, 3)).toEqual(['[redacted]', '[redacted]', '{"secret":"[redacted]"}'])
  })

  it('gives its text to who asks for it, and its length and equality to everyone', () => {
    const secret = new Secret(TEXT)
    expect([secret.reveal(), secret.length]).toEqual([TEXT, TEXT.length])
    expect([secret.equals(new Secret(TEXT)), secret.equals(new Secret('x'))]).toEqual([true, false])
  })
})

describe('fingerprintOf', () => {
  it('tells equal from different under one salt, and nothing across salts', async () => {
    const salt = Uint8Array.from([1, 2, 3, 4])
    const first = await fingerprintOf(new Secret(TEXT), salt)
    expect(first).toMatch(/^[0-9a-f]{8}$/)
    expect(await fingerprintOf(new Secret(TEXT), salt)).toBe(first)
    expect(await fingerprintOf(new Secret(`${TEXT}x`), salt)).not.toBe(first)
    expect(await fingerprintOf(new Secret(TEXT), Uint8Array.from([9]))).not.toBe(first)
  })
})

describe('scrub', () => {
  it('removes every occurrence of each secret and leaves empty ones alone', () => {
    expect(scrub('k-1 b k-1 k-2', [new Secret('k-1'), new Secret(''), new Secret('k-2')])).toBe(
      '[redacted] b [redacted] [redacted]',
    )
  })
})
