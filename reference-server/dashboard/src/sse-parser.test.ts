import { describe, expect, it } from 'vitest'
import { isDashboardError } from './errors.ts'
import { SseParser } from './sse-parser.ts'

describe('SseParser', () => {
  it('gives the same events wherever the text is cut', () => {
    const text =
      'retry: 2000\n: hello\n\nevent: lane\nid: 7\ndata: {"a":1}\n\nevent: bars\r\nid: 8\r\ndata: x\r\ndata: y\r\n\r\n'
    const expected = [
      { id: '7', event: 'lane', data: '{"a":1}' },
      { id: '8', event: 'bars', data: 'x\ny' },
    ]
    for (let cut = 0; cut <= text.length; cut++) {
      const parser = new SseParser()
      expect([...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))]).toEqual(expected)
    }
  })

  it('drops comments and events without data', () => {
    expect(new SseParser().push(': keep awake\n\nevent: lane\n\n')).toEqual([])
  })

  it('keeps the last id for events that bring none', () => {
    const events = new SseParser().push('id: 3\ndata: a\n\ndata: b\n\n')
    expect(events.map(event => event.id)).toEqual(['3', '3'])
  })

  it('refuses one event of more than 4,000,000 characters', () => {
    const parser = new SseParser()
    const chunk = `data: ${'x'.repeat(1_000_000)}\n`
    for (let index = 0; index < 3; index++) parser.push(chunk)
    expect(() => {
      parser.push(chunk)
      parser.push('data: more')
    }).toThrow(expect.toSatisfy(thrown => isDashboardError(thrown) && thrown.code === 'stream-overflow'))
  })
})
