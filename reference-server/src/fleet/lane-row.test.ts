import type { Heartbeat } from '@openclaw-trading/control-plane/client'
import { describe, expect, it } from 'vitest'
import { freshnessOf, type LaneFacts, laneRow } from './lane-row.ts'

const NOW = 1_800_000_000_000
const usd = (minor: number) => ({ minor, digits: 2, currency: 'USD' })
const beat = (over: Partial<Heartbeat> = {}): Heartbeat => ({
  botId: 'S03',
  accountType: 'demo',
  sessionId: 's7',
  epoch: 1,
  sentAt: NOW - 400,
  marketAt: 1_767_596_400_000,
  lastQuoteAgeMs: 12,
  eventLoopLagMs: 1,
  openPositions: 1,
  unresolvedIntents: 0,
  entriesEnabled: true,
  paramsVersion: 2,
  balance: usd(1_000_000),
  equity: usd(1_000_100),
  quoteFilter: { passed: 900, quarantined: 2, defects: { spike: 2 }, confirmedJumps: 1 },
  doubt: null,
  refusedCloses: [],
  locks: [],
  unsettled: [],
  unansweredCloses: [],
  ...over,
})
const facts = (over: Partial<LaneFacts> = {}): LaneFacts => ({
  botId: 'S03',
  name: 'Bollinger bounce',
  description: '',
  symbol: 'XAUUSD',
  timeframe: 'm1',
  accountType: 'demo',
  desired: 'running',
  desiredReason: 'first start',
  quoteFilter: true,
  desiredAt: NOW - 60_000,
  actual: 'running',
  failure: null,
  generation: 3,
  observedGeneration: 3,
  session: { sessionId: 's7', startedAt: NOW - 50_000 },
  host: 'h1',
  pid: 811,
  restartCount: 0,
  nextRetryAt: null,
  paramsVersion: 1,
  heartbeat: { receivedAt: NOW - 400, heartbeat: beat() },
  openPositions: 0,
  tradeCount: 4,
  netTotal: usd(12),
  dayNet: usd(3),
  ...over,
})
const heard = (ageMs: number, over: Partial<Heartbeat> = {}) => ({
  receivedAt: NOW - ageMs,
  heartbeat: beat(over),
})
const row = (over: Partial<LaneFacts> = {}) => laneRow(facts(over), NOW)

describe('freshness', () => {
  it.each([
    [null, 'never'],
    [0, 'fresh'],
    [2000, 'fresh'],
    [2001, 'late'],
    [5000, 'late'],
    [5001, 'stale'],
  ] as const)('of an age of %s ms is %s', (ageMs, freshness) => {
    expect(freshnessOf(ageMs)).toBe(freshness)
  })
})

describe('the filter of quotes', () => {
  it('tells what a living process has seen, and nothing of one that is silent', () => {
    const seen = { passed: 900, quarantined: 2, defects: { spike: 2 }, confirmedJumps: 1 }
    expect(row({ quoteFilter: false }).quoteFilter).toEqual({ wanted: false, seen })
    expect(row({ heartbeat: heard(5001) }).quoteFilter).toEqual({ wanted: true, seen: null })
    expect(row({ heartbeat: null }).quoteFilter).toEqual({ wanted: true, seen: null })
  })
})

describe('an instance that should run', () => {
  it('and runs with a fresh heartbeat is in sync and healthy', () => {
    expect(row()).toMatchObject({
      displayStatus: 'RUNNING',
      statusDetail: '',
      sync: 'in-sync',
      health: 'healthy',
      freshness: 'fresh',
      heartbeatAgeMs: 400,
      lamps: { db: 'running', process: 'on', broker: 'on' },
      entriesEnabled: true,
    })
  })

  it('with a late heartbeat says how late, and is degraded', () => {
    expect(row({ heartbeat: heard(4000) })).toMatchObject({
      displayStatus: 'RUNNING',
      statusDetail: 'Heartbeat late: 4 s.',
      health: 'degraded',
      lamps: { process: 'late', broker: 'on' },
    })
  })

  it('with a stale heartbeat shows how long it is silent, and claims nothing', () => {
    expect(row({ heartbeat: heard(130_000) })).toMatchObject({
      displayStatus: 'NO HEARTBEAT',
      statusDetail: 'No heartbeat for 2 m 10 s.',
      sync: 'unknown',
      health: 'unknown',
      lamps: { process: 'stale', broker: 'unknown' },
      entriesEnabled: false,
      equity: null,
    })
  })

  it('takes a heartbeat of an earlier session for none', () => {
    expect(row({ heartbeat: heard(100, { sessionId: 's6' }) })).toMatchObject({
      freshness: 'never',
      displayStatus: 'NO HEARTBEAT',
    })
  })

  it('shows a process that is on its way as converging', () => {
    expect(row({ actual: 'starting', session: null, heartbeat: null, desiredAt: NOW - 4000 })).toMatchObject({
      displayStatus: 'STARTING',
      sync: 'converging',
      lamps: { db: 'running', process: 'starting', broker: 'off' },
    })
  })

  it('and does not run is out of sync once 30 s have passed', () => {
    expect(row({ actual: 'stopped', session: null, desiredAt: NOW - 30_000 })).toMatchObject({
      displayStatus: 'SHOULD BE RUNNING',
      sync: 'out-of-sync',
      health: 'down',
      lamps: { process: 'off', broker: 'off' },
    })
    expect(row({ actual: 'stopped', session: null, desiredAt: NOW - 29_999 }).sync).toBe('converging')
  })

  it('and crashed says how often, when it is tried again, and why', () => {
    const crashed = row({
      actual: 'crashed',
      restartCount: 3,
      nextRetryAt: NOW + 40_000,
      failure: 'The venue refused the login.',
    })
    expect(crashed).toMatchObject({
      displayStatus: 'CRASHED',
      sync: 'out-of-sync',
      health: 'down',
      lamps: { process: 'failed' },
    })
    expect(crashed.statusDetail).toBe('Crashed ×3, next try in 40 s. The venue refused the login.')
  })

  it('and failed for good says what to do', () => {
    expect(row({ actual: 'failed', failure: 'The strategy threw.' }).statusDetail).toBe('The strategy threw.')
    expect(row({ actual: 'failed', failure: null }).statusDetail).toContain('Start it again to retry.')
  })

  it('with a change that the hub has not seen is converging, then out of sync', () => {
    expect(row({ observedGeneration: 2, desiredAt: NOW - 1000 })).toMatchObject({
      displayStatus: 'RUNNING',
      sync: 'converging',
      health: 'healthy',
    })
    expect(row({ observedGeneration: 2 })).toMatchObject({ sync: 'out-of-sync', health: 'degraded' })
  })

  it('with no worker is unknown, whatever the database wants', () => {
    expect(row({ actual: 'unknown' })).toMatchObject({
      displayStatus: 'UNKNOWN',
      sync: 'unknown',
      lamps: { db: 'running', process: 'unknown', broker: 'unknown' },
    })
  })
})

describe('an instance that is paused', () => {
  it('manages what is open', () => {
    expect(
      row({ desired: 'paused', heartbeat: heard(100, { entriesEnabled: false, openPositions: 1 }) }),
    ).toMatchObject({
      displayStatus: 'PAUSED',
      statusDetail: 'Manages 1 open position.',
      sync: 'in-sync',
      health: 'healthy',
      lamps: { db: 'paused', process: 'on' },
    })
  })

  it('is not in sync while the bot still opens positions', () => {
    expect(row({ desired: 'paused' })).toMatchObject({
      displayStatus: 'PAUSED',
      sync: 'out-of-sync',
      health: 'degraded',
    })
  })
})

describe('an instance that should be stopped', () => {
  it('and is stopped, is in sync', () => {
    expect(
      row({ desired: 'stopped', actual: 'stopped', session: null, heartbeat: heard(9e6) }),
    ).toMatchObject({
      displayStatus: 'STOPPED',
      sync: 'in-sync',
      lamps: { db: 'stopped', process: 'off', broker: 'off' },
    })
  })

  it('and still runs, is said to', () => {
    expect(row({ desired: 'stopped' })).toMatchObject({
      displayStatus: 'SHOULD BE STOPPED',
      sync: 'out-of-sync',
      health: 'degraded',
    })
  })

  it('and ends, is converging', () => {
    expect(row({ desired: 'stopped', actual: 'stopping' })).toMatchObject({
      displayStatus: 'STOPPING',
      sync: 'converging',
    })
  })

  it('and crashed before, is stopped and keeps the reason', () => {
    expect(row({ desired: 'stopped', actual: 'crashed', failure: 'Out of memory.' })).toMatchObject({
      displayStatus: 'STOPPED',
      statusDetail: 'Its last run ended: Out of memory.',
    })
  })
})

describe('the numbers', () => {
  it('of a living process win over those of the database', () => {
    expect(row({ openPositions: 5 })).toMatchObject({ openPositions: 1, paramsVersion: 2 })
  })

  it('of the database stand when the process is silent', () => {
    expect(row({ openPositions: 5, heartbeat: heard(60_000) })).toMatchObject({
      openPositions: 5,
      paramsVersion: 1,
    })
  })
})

describe('warnings', () => {
  const refused = { positionId: 7, volume: 0.1, refusals: 3, reason: 'MARKET_CLOSED' }
  const doubt = 'the quotes of XAUUSD have stopped'

  it('name each position that does not close, then why nothing is opened, with the age of the price', () => {
    const heartbeat = heard(400, { doubt, lastQuoteAgeMs: 75_000, refusedCloses: [refused] })
    expect(row({ heartbeat }).warnings).toEqual([
      {
        id: 'close-refused-7',
        level: 'bad',
        text: 'Position 7 (0.1 lots) does not close: the broker refused it 3 times in a row, last with MARKET_CLOSED. It stays open under its protection.',
      },
      {
        id: 'doubt',
        level: 'warn',
        text: 'Nothing is opened: the quotes of XAUUSD have stopped. The last quote that counted is 1 m 15 s old. Exits go on.',
      },
    ])
  })

  it('name each close that the broker has not answered', () => {
    const heartbeat = heard(400, { unansweredCloses: [{ positionId: 7, volume: 0.1 }] })
    expect(row({ heartbeat }).warnings).toEqual([
      {
        id: 'close-unanswered-7',
        level: 'warn',
        text: 'The broker has not answered the request to close position 7, of which 0.1 lots are open. It may still take effect: look at the account before closing it by hand.',
      },
    ])
  })

  it('are told of a word from before an update too, which lists less', () => {
    const heard400 = heard(400, { doubt })
    const { locks: _, unsettled: __, unansweredCloses: ___, ...older } = heard400.heartbeat
    const heartbeat = { ...heard400, heartbeat: older as Heartbeat }
    expect(row({ heartbeat }).warnings.map(({ id }) => id)).toEqual(['doubt'])
  })

  it('end with what they are about, and with the word of the process', () => {
    expect(row().warnings).toEqual([])
    const heartbeat = heard(5001, { doubt, refusedCloses: [refused] })
    expect([row({ heartbeat }).warnings, row({ heartbeat: null }).warnings]).toEqual([[], []])
  })

  it('do not make a bot seem out of step with the operator, whose word it has heard', () => {
    const heartbeat = heard(400, { doubt, entriesEnabled: false })
    expect(row({ heartbeat })).toMatchObject({ sync: 'in-sync', health: 'degraded', statusDetail: '' })
    expect(row({ heartbeat, generation: 4 })).toMatchObject({ sync: 'out-of-sync' })
  })

  it('say nothing of the age of a price that is young', () => {
    const [warning] = row({ heartbeat: heard(400, { doubt: 'the outcome of s7.1 is not known' }) }).warnings
    expect(warning?.text).toBe('Nothing is opened: the outcome of s7.1 is not known. Exits go on.')
  })

  it('tell of protections that block; the locks stay known once the process has ended', () => {
    const lock = { protection: 'cooldown', ordinal: 1, reason: '9 min of 60 are left', isReleasable: true }
    const alive = row({ heartbeat: heard(400, { locks: [lock] }) })
    expect(alive.warnings.map(({ text }) => text)).toEqual([
      'Nothing is opened: cooldown: 9 min of 60 are left. Exits go on.',
    ])
    const ended = row({ heartbeat: heard(60_000, { locks: [lock] }), actual: 'stopped', desired: 'stopped' })
    expect([ended.warnings, ended.locks]).toEqual([[], [lock]])
  })
})
