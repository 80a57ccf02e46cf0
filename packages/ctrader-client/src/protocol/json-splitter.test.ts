import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonSplitter, MAX_JSON_DEPTH } from './json-splitter.ts'

function split(splitter: JsonSplitter, ...chunks: readonly (string | Uint8Array)[]): string[] {
  const found: string[] = []
  for (const chunk of chunks) splitter.push(Buffer.from(chunk as string), text => found.push(text))
  return found
}

const tricky = { 'a"}{': '}{"\\', b: ['{', { c: '😀ü\\"]' }, []], d: {}, e: '\\\\' }

const awkward = fc.string({ unit: fc.constantFrom(...'ab"\\{}[],:/ü€😀\n\0\u2028') })

describe('JsonSplitter', () => {
  it('[row 49] cuts objects that nothing separates, however the stream was split', () => {
    const object = fc.dictionary(awkward, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })
    fc.assert(
      fc.property(
        fc.array(object, { maxLength: 4 }),
        fc.array(fc.nat({ max: 40 }), { minLength: 1 }),
        (objects, sizes) => {
          const texts = [tricky, ...objects].map(each => JSON.stringify(each))
          const bytes = Buffer.from(texts.join(''))
          const chunks: Uint8Array[] = []
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = (sizes[i % sizes.length] ?? 0) + 1
            chunks.push(bytes.subarray(at, at + size))
            at += size
          }
          expect(split(new JsonSplitter(), ...chunks)).toEqual(texts)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('[row 49] cuts between any two bytes, also inside a letter of several bytes', () => {
    const text = JSON.stringify(tricky)
    const bytes = Buffer.from(text + text)
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(split(new JsonSplitter(), bytes.subarray(0, cut), bytes.subarray(cut))).toEqual([text, text])
  })

  it('takes white space between objects, and tells whether one has begun', () => {
    const splitter = new JsonSplitter()
    expect(split(splitter, ' {"a":1}\r\n\t{ "b" : 2 } {')).toEqual(['{"a":1}', '{ "b" : 2 }'])
    expect(splitter.partial).toBe(true)
    expect(split(splitter, '}')).toEqual(['{}'])
    expect(splitter.partial).toBe(false)
  })

  it.each([
    ['a letter between two objects', '{}x{}'],
    ['text', '"{}"'],
    ['a list', '[{}]'],
    ['a number', '7'],
    ['a bracket that closes nothing', '}'],
    ['a bracket of the other kind', '{"a":[}'],
    ['a list closed as an object', '{]'],
    ['a byte order mark', '\uFEFF{}'],
  ])('refuses %s, and everything after it', (_, text) => {
    const splitter = new JsonSplitter()
    const refused = expect.objectContaining({ code: 'protocol-violation' })
    expect(() => split(splitter, text)).toThrow(refused)
    expect(() => split(splitter, '{}')).toThrow(refused)
  })

  it('refuses bytes that are no UTF-8', () => {
    expect(() => split(new JsonSplitter(), Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d))).toThrow('no UTF-8')
  })

  it('follows objects as deep as its limit and no deeper', () => {
    const nested = (depth: number): string => '{"a":['.repeat(depth / 2) + ']}'.repeat(depth / 2)
    expect(split(new JsonSplitter(), nested(MAX_JSON_DEPTH))).toEqual([nested(MAX_JSON_DEPTH)])
    expect(() => split(new JsonSplitter(), nested(MAX_JSON_DEPTH + 2))).toThrow('deeper than 30')
  })

  it.each([1, 7, 1000])('refuses an object above its size in chunks of %d, before its end', size => {
    const splitter = new JsonSplitter({ maxBytes: 100 })
    const fits = `{"a":"${'x'.repeat(92)}"}`
    expect(split(splitter, fits)).toEqual([fits])
    const endless = Buffer.from(`{"a":"${'x'.repeat(1000)}`)
    let read = 0
    const feed = (): void => {
      for (; read < endless.length; read += size) split(splitter, endless.subarray(read, read + size))
    }
    expect(feed).toThrow('larger than 100 bytes')
    expect(read).toBeLessThanOrEqual(100)
  })

  it('takes an object of exactly its size over several chunks, and refuses one byte more', () => {
    const text = `{"a":"${'x'.repeat(92)}"}`
    const halves = (each: string): [string, string] => [each.slice(0, 40), each.slice(40)]
    expect(split(new JsonSplitter({ maxBytes: 100 }), ...halves(text))).toEqual([text])
    expect(() => split(new JsonSplitter({ maxBytes: 99 }), ...halves(text))).toThrow('larger than 99')
  })
})
