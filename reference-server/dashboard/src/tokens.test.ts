// biome-ignore lint/style/noRestrictedImports: the test runs in Node and reads a file of this folder; the page does not
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('./styles.css', import.meta.url), 'utf8')

/** Light and dark value of a token. */
function token(name: string): readonly [string, string] {
  const match = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css)
  expect(match, `token --${name}`).not.toBeNull()
  return [match?.[1] ?? '', match?.[2] ?? '']
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map(at => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

const TEXTS = [
  'text',
  'muted',
  'ok',
  'warn',
  'bad',
  'profit',
  'loss',
  'lane-demo',
  'lane-live',
  'lane-backlog',
]
const GROUNDS = ['background', 'canvas', 'raised']

describe('colour tokens', () => {
  it.each(TEXTS)('--%s is readable on every ground in both themes (4.5:1)', name => {
    for (const ground of GROUNDS)
      for (const theme of [0, 1] as const)
        expect(contrast(token(name)[theme], token(ground)[theme]), `on --${ground}`).toBeGreaterThanOrEqual(
          4.5,
        )
  })

  it.each(['border', 'focus'])('--%s is visible on every ground in both themes (3:1)', name => {
    for (const ground of GROUNDS)
      for (const theme of [0, 1] as const)
        expect(contrast(token(name)[theme], token(ground)[theme]), `on --${ground}`).toBeGreaterThanOrEqual(3)
  })

  it('has the result colours whose difference was measured under all colour-vision deficiencies', () => {
    expect(token('profit')).toEqual(['#0b62b5', '#56b4e9'])
    expect(token('loss')).toEqual(['#b34700', '#f0883e'])
  })
})
