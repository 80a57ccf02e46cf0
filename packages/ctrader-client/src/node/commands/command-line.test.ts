import { describe, expect, it } from 'vitest'
import { parseCommandLine } from './command-line.ts'

const NOW = Date.UTC(2025, 0, 8)
const parse = (...args: string[]) => parseCommandLine(args, '1.2.3', NOW)

describe('parseCommandLine', () => {
  it('reads a download with its span, its file and its account', () => {
    const args = ['bars', 'XAUUSD', '--timeframe', 'h1', '--from', '2025-01-06', '--to', '2025-01-07T12:00Z']
    expect(parse(...args, '--out', 'gold.csv', '--account', '7', '--json')).toEqual({
      command: 'bars',
      symbol: 'XAUUSD',
      timeframe: 'h1',
      from: Date.UTC(2025, 0, 6),
      to: Date.UTC(2025, 0, 7, 12),
      out: 'gold.csv',
      account: 7,
      json: true,
    })
  })

  it('takes the last week when no span is given', () => {
    expect(parse('ticks', 'EURUSD')).toMatchObject({ from: NOW - 7 * 86_400_000, to: NOW })
  })

  it('refuses an empty span, a time without its zone and a timeframe that does not exist', () => {
    expect(() => parse('deals', '--from', '2025-01-07', '--to', '2025-01-07')).toThrow('is empty')
    expect(() => parse('deals', '--from', '2025-01-07T10:00')).toThrow('with its zone')
    expect(() => parse('bars', 'XAUUSD', '--timeframe', 'm7')).toThrow('one of m1, m2')
  })

  it('reads where the rows go: a file, a store that is named, or that of the project; one of them', () => {
    expect(parse('ticks', 'XAUUSD', '--store')).toMatchObject({ store: true })
    expect(parse('bars', 'XAUUSD', '--store', 'data')).toMatchObject({ store: 'data', timeframe: 'm1' })
    expect(() => parse('ticks', 'XAUUSD', '--store', 'data', '--out', 'x.csv')).toThrow('--out or --store')
  })

  it('names the nearest command and the nearest option', () => {
    expect(() => parse('symbol')).toThrow('Did you mean: ctrader symbols?')
    expect(() => parse('ticks', 'XAUUSD', '--form', '2025-01-01')).toThrow('Did you mean --from?')
  })

  it('says which argument is missing', () => {
    expect(() => parse('ticks')).toThrow("Missing required argument 'symbol'")
  })

  it('gives auth what follows it, unread', () => {
    expect(parse('auth', 'login', '--paste')).toEqual({ command: 'auth', args: ['login', '--paste'] })
  })

  it('prints help for nothing, for --help and for a command, and its version', () => {
    for (const args of [[], ['--help'], ['ticks', '--help']])
      expect(parse(...args)).toMatchObject({
        command: 'print',
        text: expect.stringContaining('Usage: ctrader'),
      })
    expect(parse('--version')).toEqual({ command: 'print', text: '1.2.3\n' })
  })
})
