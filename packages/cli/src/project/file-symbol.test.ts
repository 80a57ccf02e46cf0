import { SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import { expect, it } from 'vitest'
import { fileSymbolNotes, pairOfFile } from './file-symbol.ts'

it.each([
  ['data/audusd_m15.csv.gz', 'AUDUSD'],
  ['DAT_ASCII_EURUSD_M1_2014.csv', 'EURUSD'],
  ['XAUUSD.parquet', 'XAUUSD'],
  ['eurusd-against-gbpusd.csv', undefined],
  ['gold.csv', undefined],
  ['closed.csv', undefined],
])('the name %s speaks of the pair %s', (file, pair) => {
  expect(pairOfFile(file)).toBe(pair)
})

it('tells of a file whose name speaks of another pair, and how to state it', () => {
  expect(fileSymbolNotes('in/eurusd.csv', SYNTHETIC_XAUUSD)).toEqual([
    {
      code: 'other-symbol',
      message:
        'The name of eurusd.csv says EURUSD, and it is taken as XAUUSD: with its digits, costs and hours. If that is not what you want: --symbol EURUSD.',
    },
  ])
  expect(fileSymbolNotes('in/eurusd.csv', SYNTHETIC_EURUSD)).toEqual([])
})
