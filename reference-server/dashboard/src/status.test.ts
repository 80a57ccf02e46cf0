import { describe, expect, it } from 'vitest'
import { instance, RECEIVED_AT } from './fixtures.ts'
import type { ControlStatus } from './contract.ts'
import {
  consequence,
  controlActions,
  filterAction,
  freshnessNow,
  isUnconfirmed,
  statusText,
} from './status.ts'

const now = RECEIVED_AT + 1000

describe('statusText', () => {
  it('calls a fresh running bot running and asks nobody to look', () => {
    expect(statusText(instance(), now, false)).toEqual({ label: 'Running', tone: 'ok', attention: false })
  })

  it('never stays green when the row grows older than a minute on this side', () => {
    const text = statusText(instance(), RECEIVED_AT + 61_000, false)
    expect(text).toEqual({ label: 'No heartbeat 1 m 01 s', tone: 'bad', attention: true })
  })

  it('is grey and worded as last known while the line to the server is down', () => {
    expect(statusText(instance(), RECEIVED_AT + 200_000, true)).toEqual({
      label: 'Last known: Running',
      tone: 'muted',
      attention: false,
    })
  })

  it('counts crashes and the wait for the next try', () => {
    const row = instance({
      displayStatus: 'CRASHED',
      actual: 'crashed',
      restartCount: 3,
      nextRetryAt: now + 40_000,
    })
    expect(statusText(row, now, false).label).toBe('Crashed ×3, next try 40 s')
    expect(statusText(row, now + 50_000, false).label).toBe('Crashed ×3')
  })

  it('says what a paused bot still does', () => {
    const row = instance({ displayStatus: 'PAUSED', desired: 'paused', openPositions: 1 })
    expect(statusText(row, now, false).label).toBe('Paused, managing 1 position')
  })

  it('calls a status it does not know unknown, never fine', () => {
    expect(statusText(instance({ displayStatus: 'MELTING' }), now, false)).toMatchObject({
      label: 'Unknown',
      tone: 'warn',
      attention: true,
    })
  })
})

describe('confirmation', () => {
  it('only makes the word of the server worse, never better', () => {
    expect(freshnessNow(instance({ freshness: 'late', heartbeatAgeMs: 9000 }), now)).toBe('late')
    expect(freshnessNow(instance({ freshness: 'stale', heartbeatAgeMs: 61_000 }), now)).toBe('stale')
    expect(freshnessNow(instance({ heartbeatAgeMs: null, freshness: 'never' }), now)).toBe('never')
  })

  it('expects no heartbeat of a process that is off', () => {
    const row = instance({ lamps: { db: 'stopped', process: 'off', broker: 'off' }, freshness: 'stale' })
    expect(isUnconfirmed(row, RECEIVED_AT + 3_600_000)).toBe(false)
  })
})

describe('controlActions', () => {
  const targets = (change: Parameters<typeof instance>[0]) =>
    controlActions(instance(change)).map(action => action.target)

  it('offers what makes sense in each state', () => {
    expect(targets({})).toEqual(['paused', 'stopped'])
    expect(targets({ desired: 'paused' })).toEqual(['running', 'stopped'])
    expect(targets({ desired: 'stopped', actual: 'stopped' })).toEqual(['running'])
    expect(targets({ actual: 'crashed' })).toEqual(['running', 'stopped'])
    expect(targets({ actual: 'failed' })).toEqual(['running', 'stopped'])
  })

  it('lets a bot that should be stopped but runs be stopped again', () => {
    expect(targets({ desired: 'stopped', actual: 'running', sync: 'out-of-sync' })[0]).toBe('stopped')
  })
})

describe('consequence', () => {
  const place = { accountType: 'demo', simulated: true, openPositions: 0, unprotected: 0 }
  const action = (target: ControlStatus) => ({ target, label: '', verb: '' })

  it('says that nobody manages what stays open after a stop', () => {
    const text = consequence(action('stopped'), { ...place, openPositions: 2 })
    expect(text).toContain('2 open positions stay open at the broker and nobody manages them')
    expect(consequence(action('stopped'), place)).toContain('no open position')
  })

  it('warns of positions without a stop loss', () => {
    expect(consequence(action('stopped'), { ...place, openPositions: 1, unprotected: 1 })).toContain(
      'Warning: 1 position without a stop loss',
    )
  })

  it('names the account on which a start may open positions', () => {
    expect(consequence(action('running'), { ...place, accountType: 'live', simulated: false })).toContain(
      'LIVE account',
    )
  })

  it('says what a switch of the quote filter changes, and that nothing else changes', () => {
    const seen = null
    const off = filterAction(instance({ desired: 'paused', quoteFilter: { wanted: true, seen } }))
    expect(off).toMatchObject({ target: 'paused', quoteFilter: false, label: 'Turn off…' })
    expect(consequence(off, { ...place, accountType: 'live' })).toMatch(
      /next start on every quote reaches the strategy on the LIVE account/,
    )
    const on = filterAction(instance({ quoteFilter: { wanted: false, seen } }))
    expect(on).toMatchObject({ target: 'running', quoteFilter: true })
    expect(consequence(on, place)).toContain('bad quotes are kept from the strategy')
  })
})
