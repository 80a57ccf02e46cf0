import { describe, expect, it } from 'vitest'
import { heatMap } from './heat-map.ts'

const axis = (name: string, ...values: number[]) => ({ name, values, text: name })
const cells = (...all: (readonly [object, number | undefined])[]) =>
  all.map(([params, score]) => ({ params: params as Record<string, unknown>, score }))

describe('heatMap', () => {
  const two = cells(
    [{ a: 1, b: 10 }, 0.5],
    [{ a: 1, b: 20 }, -1.25],
    [{ a: 2, b: 10 }, 2],
    [{ a: 2, b: 20 }, undefined],
  )

  it('is a table over two axes with its values, the best marked, and a dot where there is none', () => {
    expect(heatMap([axis('a', 1, 2), axis('b', 10, 20)], two, false)).toBe(
      '  a\\b     10     20\n    1   0.50  −1.25\n    2  2.00*      ·\n',
    )
  })

  it('has the same text under its colours, green for the best and red for the worst', () => {
    const [map, plain] = [true, false].map(colours =>
      heatMap([axis('a', 1, 2), axis('b', 10, 20)], two, colours),
    )
    const esc = String.fromCharCode(27)
    expect(map?.replaceAll(new RegExp(`${esc}\\[[\\d;]*m`, 'g'), '')).toBe(plain)
    expect(map).toContain(`${esc}[48;5;28m${esc}[97m2.00*`)
    expect(map).toContain(`${esc}[48;5;52m${esc}[97m−1.25`)
  })

  it('shows the best over a third axis, and says so', () => {
    const three = cells([{ a: 1, b: 10, c: 1 }, 1], [{ a: 1, b: 10, c: 2 }, 3])
    expect(heatMap([axis('a', 1), axis('b', 10), axis('c', 1, 2)], three, false)).toBe(
      '  a\\b     10\n    1  3.00*\n  (each the best over c)\n',
    )
  })

  it('has no line for what was not run, and is not there without a score', () => {
    const begun = cells([{ a: 2, b: 10 }, 2], [{ a: 3, b: 10 }, undefined])
    expect(heatMap([axis('a', ...Array(51).keys()), axis('b', 10, 20)], begun, false)).toBe(
      '  a\\b     10  20\n    2  2.00*   ·\n    3      ·   ·\n',
    )
    expect(heatMap([axis('a', 1, 2), axis('b', 10, 20)], [], false)).toBe('')
    expect(heatMap([axis('a', 1, 2)], cells([{ a: 1 }, undefined]), false)).toBe('')
  })

  it('marks what was stopped out, or has lost its account, and says what the mark means', () => {
    const [first, second, third, fourth] = two
    const some = [first, { ...second, account: 'account lost' }, third, fourth] as typeof two
    const map = heatMap([axis('a', 1, 2), axis('b', 10, 20)], some, false)
    expect(map).toBe(
      '  a\\b     10      20\n    1   0.50  −1.25!\n    2  2.00*       ·\n  (! stopped out, or the account was lost)\n',
    )
    const esc = String.fromCharCode(27)
    expect(heatMap([axis('a', 1, 2), axis('b', 10, 20)], some, true)).toContain(
      `${esc}[48;5;52m${esc}[97m−1.25!`,
    )
  })

  it('says it in a list in words, behind the score', () => {
    const some = [
      ...cells([{ a: 1 }, 2]),
      ...cells([{ a: 2 }, 1]).map(cell => ({ ...cell, account: 'stopped out 1 time' })),
    ]
    expect(heatMap([axis('a', 1, 2)], some, false)).toBe(
      '  a  score  account\n  1  2.00*\n  2   1.00  stopped out 1 time\n',
    )
  })

  it('lists the ten best of one axis', () => {
    const many = cells(...Array.from({ length: 12 }, (_, a) => [{ a }, a] as const))
    const text = heatMap([axis('a', ...Array(12).keys())], many, false)
    expect(text.split('\n').slice(0, 2)).toEqual(['   a   score', '  11  11.00*'])
    expect(text).toContain('… and 2 more')
  })
})
