import { expect, it } from 'vitest'
import { alarmSentence, spokenBatch, tradeSentence } from './announcements.ts'
import { instance, laneRow, RECEIVED_AT, tradeRow } from './fixtures.ts'
import { parseMessage } from './stream.ts'

it('reads a message of a known type', () => {
  const row = laneRow()
  expect(parseMessage({ id: '1', event: 'lane', data: JSON.stringify({ type: 'lane', row }) })).toEqual({
    type: 'lane',
    row,
  })
})

it('passes over types of a newer server and damaged data', () => {
  expect(parseMessage({ id: '1', event: 'equity', data: '{"type":"equity"}' })).toBeNull()
  expect(parseMessage({ id: '1', event: 'lane', data: '{"type":' })).toBeNull()
})

it('says a closed trade in words', () => {
  expect(tradeSentence(tradeRow())).toBe('S03 demo, profit 9.30 USD')
})

it('interrupts once when a bot turns bad, not for what was bad before', () => {
  const crashed = instance({ displayStatus: 'CRASHED', actual: 'crashed' })
  expect(alarmSentence(instance(), crashed, RECEIVED_AT)).toBe('S03 demo: Crashed')
  expect(alarmSentence(crashed, crashed, RECEIVED_AT)).toBeNull()
  expect(alarmSentence(undefined, crashed, RECEIVED_AT)).toBeNull()
  expect(alarmSentence(crashed, instance(), RECEIVED_AT)).toBeNull()
})

it('reads at most three sentences of a batch and counts the rest', () => {
  expect(spokenBatch(['a', 'b'])).toBe('a. b')
  expect(spokenBatch(['a', 'b', 'c', 'd', 'e'])).toBe('c. d. e. And 2 more')
})
