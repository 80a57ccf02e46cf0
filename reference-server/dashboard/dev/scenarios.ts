import type { BotDetail, DashboardData, LaneRow } from '../src/contract.ts'
import { makeBars, makePosition, makeTrades, seeded } from './market.ts'

/** A state of the world that the fake server plays. */
export interface World {
  fleet: DashboardData
  bot: BotDetail
  /** What every request gets instead of data. */
  failure: 'none' | 'error' | 'forbidden' | 'silent'
  /** Whether the stream can be opened. */
  stream: boolean
  /** Whether heartbeats and prices go on. */
  ticking: boolean
}

/** Names of the states. */
export const SCENARIOS = [
  'running',
  'paused',
  'warned',
  'no-heartbeat',
  'crashed',
  'starting',
  'stopped',
  'locked',
  'mixed',
  'empty',
  'error',
  'forbidden',
  'silent',
  'no-stream',
] as const
/** See {@link SCENARIOS}. */
export type Scenario = (typeof SCENARIOS)[number]

const usd = (minor: number) => ({ minor, digits: 2, currency: 'USD' })
const MARKET_AT = Date.UTC(2026, 0, 5, 15, 19, 20)

function baseRow(change: Partial<LaneRow> = {}): LaneRow {
  return {
    botId: 'S03',
    name: 'Bollinger bounce',
    symbol: 'XAUUSD',
    timeframe: 'm1',
    accountType: 'demo',
    description: 'Buys below the lower Bollinger band, sells above the upper one, back to the middle.',
    displayStatus: 'RUNNING',
    statusDetail: '',
    desired: 'running',
    desiredReason: 'first start',
    actual: 'running',
    freshness: 'fresh',
    heartbeatAgeMs: 420,
    sync: 'in-sync',
    health: 'healthy',
    lamps: { db: 'running', process: 'on', broker: 'on' },
    generation: 1,
    observedGeneration: 1,
    sessionId: 's7',
    sessionStartedAt: Date.now() - 41 * 60_000,
    host: 'w1',
    pid: 811,
    restartCount: 0,
    nextRetryAt: null,
    entriesEnabled: true,
    openPositions: 1,
    dayNet: usd(3640),
    tradeCount: 24,
    netTotal: usd(12_485),
    balance: usd(1_012_485),
    equity: usd(1_013_105),
    marketAt: MARKET_AT,
    paramsVersion: 3,
    quoteFilter: {
      wanted: true,
      seen: {
        passed: 184_220,
        quarantined: 14,
        defects: { crossed: 9, spike: 5 },
        confirmedJumps: 1,
      },
    },
    warnings: [],
    locks: [],
    unsettled: [],
    grade: null,
    ...change,
  }
}

const CRASHED: Partial<LaneRow> = {
  displayStatus: 'CRASHED',
  actual: 'crashed',
  sync: 'out-of-sync',
  health: 'down',
  statusDetail:
    'The process ended with exit code 70: strategy-failed, onBar threw "Cannot read properties of undefined (reading \'middle\')" at bar 2026-01-05 15:18.',
  lamps: { db: 'running', process: 'failed', broker: 'off' },
  freshness: 'stale',
  heartbeatAgeMs: 52_000,
  pid: null,
  restartCount: 3,
  nextRetryAt: Date.now() + 40_000,
  sessionId: null,
  sessionStartedAt: null,
  entriesEnabled: false,
}
const SILENT: Partial<LaneRow> = {
  displayStatus: 'NO HEARTBEAT',
  sync: 'unknown',
  health: 'unknown',
  freshness: 'stale',
  heartbeatAgeMs: 130_000,
  statusDetail:
    'The process is there, but it has not reported for over a minute. Its worker looks at it again every second.',
  lamps: { db: 'running', process: 'stale', broker: 'unknown' },
}
const WARNED: Partial<LaneRow> = {
  health: 'degraded',
  entriesEnabled: false,
  warnings: [
    {
      id: 'close-refused-961',
      level: 'bad',
      text: 'Position 961 (0.1 lots) does not close: the broker refused it 3 times in a row, last with MARKET_CLOSED. It stays open under its protection.',
    },
    {
      id: 'doubt',
      level: 'warn',
      text: 'Nothing is opened: the quotes of XAUUSD have stopped. The last quote that counted is 1 m 15 s old. Exits go on.',
    },
  ],
}
const STOPPED: Partial<LaneRow> = {
  displayStatus: 'STOPPED',
  desired: 'stopped',
  desiredReason: 'US payrolls at 13:30, back tomorrow',
  actual: 'stopped',
  lamps: { db: 'stopped', process: 'off', broker: 'off' },
  freshness: 'stale',
  heartbeatAgeMs: 3_725_000,
  pid: null,
  host: null,
  sessionId: null,
  sessionStartedAt: null,
  openPositions: 0,
  entriesEnabled: false,
  generation: 4,
  observedGeneration: 4,
}

const LOCKED: Partial<LaneRow> = {
  ...STOPPED,
  desiredReason: 'Three stops in an hour, looking into it',
  locks: [
    {
      protection: 'stop-loss guard',
      ordinal: 1,
      reason: '3 stops within 240 min; 412 min are left',
      isReleasable: true,
    },
    {
      protection: 'max drawdown',
      ordinal: 2,
      reason: 'equity fell 10.21 % from its highest, the limit is 10 %',
      isReleasable: true,
    },
    { protection: 'news blackout', ordinal: 1, reason: 'payrolls; 14 min are left', isReleasable: false },
  ],
  unsettled: [{ orderId: '0m3k9x2b7q5t1v8z.41', at: MARKET_AT - 9 * 86_400_000, isLeft: true }],
}

const CHANGES: Partial<Record<Scenario, Partial<LaneRow>>> = {
  crashed: CRASHED,
  warned: WARNED,
  'no-heartbeat': SILENT,
  stopped: STOPPED,
  locked: LOCKED,
  paused: {
    displayStatus: 'PAUSED',
    desired: 'paused',
    desiredReason: 'spread too wide',
    entriesEnabled: false,
    lamps: { db: 'paused', process: 'on', broker: 'on' },
    generation: 2,
    observedGeneration: 2,
  },
  starting: {
    displayStatus: 'STARTING',
    actual: 'starting',
    sync: 'converging',
    health: 'unknown',
    freshness: 'never',
    lamps: { db: 'running', process: 'starting', broker: 'off' },
    heartbeatAgeMs: null,
    openPositions: 0,
    sessionId: null,
    sessionStartedAt: null,
    tradeCount: 0,
    dayNet: null,
    netTotal: null,
    balance: null,
    equity: null,
    marketAt: null,
  },
}

/** Makes the world of a scenario. */
export function makeWorld(scenario: Scenario): World {
  const row = baseRow(CHANGES[scenario])
  const mixed = scenario === 'mixed'
  const demo = mixed ? mixedDemo(row) : [row]
  const live = mixed ? mixedLive() : []
  const backlog = mixed ? mixedBacklog() : []
  return {
    fleet: {
      at: Date.now(),
      environment: {
        kind: 'simulated',
        name: 'simulated:demo',
        clockSpeed: 60,
        description: 'A simulated cTrader venue on this machine. No real money moves.',
      },
      notices: noticesOf(scenario),
      lanes: scenario === 'empty' ? { backlog: [], demo: [], live: [] } : { backlog, demo, live },
      hub: { holder: 'w1', epoch: 3, lastPassAt: Date.now() - 400, queue: 'postgres' },
    },
    bot: makeBot(row),
    failure: scenario === 'error' || scenario === 'forbidden' || scenario === 'silent' ? scenario : 'none',
    stream: scenario !== 'no-stream',
    ticking:
      scenario === 'running' || scenario === 'mixed' || scenario === 'paused' || scenario === 'no-stream',
  }
}

function noticesOf(scenario: Scenario): DashboardData['notices'] {
  const open = {
    id: 'no-login',
    level: 'info' as const,
    text: 'Open on this machine without a login. Set a password before you let other machines in.',
  }
  return scenario === 'crashed'
    ? [
        {
          id: 'queue-degraded',
          level: 'warn',
          text: 'The queue runs on polling since 14:02. Starts and stops take up to 5 seconds; trading goes on.',
        },
        open,
      ]
    : [open]
}

function mixedDemo(row: LaneRow): LaneRow[] {
  return [
    row,
    baseRow({
      ...CRASHED,
      botId: 'S05',
      name: 'VWAP fade',
      dayNet: usd(-1890),
      netTotal: usd(-22_010),
      openPositions: 0,
    }),
    baseRow({
      botId: 'S06',
      name: 'Asian range break',
      timeframe: 'm15',
      displayStatus: 'PAUSED',
      desired: 'paused',
      desiredReason: 'quiet week',
      lamps: { db: 'paused', process: 'on', broker: 'on' },
      dayNet: usd(0),
      tradeCount: 12,
      netTotal: usd(880),
      openPositions: 2,
      entriesEnabled: false,
    }),
    baseRow({ ...STOPPED, botId: 'S09', name: 'News straddle', dayNet: null, netTotal: usd(-410) }),
  ]
}

function mixedLive(): LaneRow[] {
  return [
    baseRow({
      botId: 'S01',
      name: 'London open',
      timeframe: 'm5',
      accountType: 'live',
      dayNet: usd(1430),
      openPositions: 0,
      balance: usd(2_541_200),
      equity: usd(2_541_200),
      netTotal: usd(188_200),
      tradeCount: 214,
    }),
    baseRow({
      ...SILENT,
      botId: 'S02',
      name: 'New York reversal',
      timeframe: 'm15',
      accountType: 'live',
      dayNet: usd(-420),
      balance: usd(2_541_200),
      netTotal: usd(30_240),
      tradeCount: 88,
    }),
  ]
}

function mixedBacklog(): DashboardData['lanes']['backlog'] {
  return [
    {
      botId: 'S07',
      name: 'Gold breakout',
      symbol: 'XAUUSD',
      description: 'Trades the break of the 20-bar range with a trailing stop.',
      hypothesis: 'Ranges that last over three hours break with momentum.',
    },
    {
      botId: 'S08',
      name: 'Silver mean reversion',
      symbol: 'XAGUSD',
      description: 'Fades moves of more than two deviations.',
      hypothesis: '',
    },
  ]
}

function makeBot(row: LaneRow): BotDetail {
  const random = seeded(7)
  const bars = makeBars(500, MARKET_AT - (MARKET_AT % 60_000), random)
  const last = bars.at(-1)?.close ?? 4070
  const fresh = row.displayStatus === 'STARTING'
  return {
    row,
    params: {
      timeframe: 'm1',
      period: 20,
      deviation: 2.2,
      riskPercent: 0.5,
      stopAtr: 1.5,
      maxSpreadPips: 8,
      sessions: { from: 7, to: 20 },
    },
    paramsVersion: row.paramsVersion,
    paramsSchema: PARAMS_SCHEMA,
    chart: fresh
      ? null
      : {
          symbol: 'XAUUSD',
          digits: 2,
          timeframe: 'm1',
          bars,
          quote: { at: MARKET_AT, bid: last, ask: last + 0.32 },
        },
    positions: row.openPositions > 0 ? [makePosition(bars)] : [],
    trades: fresh ? [] : makeTrades(bars, 24, random),
    sessions: sessionsOf(row),
    keepsState: true,
    repairs: row.locks.length > 0 ? REPAIRS : [],
    events: EVENTS,
  }
}

const REPAIR = { botId: 'S03', accountType: 'demo', askedBy: 'operator' } as const
const REPAIRS: BotDetail['repairs'] = [
  {
    ...REPAIR,
    repairId: 12,
    work: { action: 'release-protection', protection: 'cooldown', ordinal: 1 },
    reason: 'The stop was a bad tick of the venue',
    askedAt: Date.now() - 300_000,
    ...{ status: 'waiting', result: null, settledAt: null, sessionId: null },
  },
  {
    ...REPAIR,
    repairId: 11,
    work: { action: 'reset-state' },
    reason: 'The grid of last week',
    askedAt: Date.now() - 7_400_000,
    status: 'refused',
    result:
      'The account has position 961: a strategy that has forgotten them would leave or repeat them. Nothing was changed; close or settle them, then ask again.',
    settledAt: Date.now() - 7_200_000,
    sessionId: 's6',
  },
]

function sessionsOf(row: LaneRow): BotDetail['sessions'] {
  const now = Date.now()
  const past: BotDetail['sessions'] = [
    {
      sessionId: 's6',
      status: 'CRASHED',
      startedAt: now - 5_400_000,
      endedAt: now - 2_520_000,
      reason: 'exit code 70',
    },
    {
      sessionId: 's5',
      status: 'COMPLETED',
      startedAt: now - 86_400_000,
      endedAt: now - 82_000_000,
      reason: 'requested: spread too wide',
    },
  ]
  return row.sessionId === null
    ? past
    : [
        {
          sessionId: row.sessionId,
          status: 'RUNNING',
          startedAt: row.sessionStartedAt ?? now,
          endedAt: null,
          reason: null,
        },
        ...past,
      ]
}

const EVENTS: BotDetail['events'] = [
  {
    id: 9,
    at: Date.now() - 2_460_000,
    type: 'session.started',
    message: 'Session s7 began on w1, pid 811.',
    count: 1,
  },
  {
    id: 8,
    at: Date.now() - 2_470_000,
    type: 'process.started',
    message: 'Started by w1 for generation 1.',
    count: 1,
  },
  {
    id: 7,
    at: Date.now() - 2_520_000,
    type: 'process.crashed',
    message: 'Exit code 70: strategy-failed, onBar threw.',
    count: 3,
  },
  {
    id: 6,
    at: Date.now() - 82_000_000,
    type: 'control.set',
    message: 'Asked to be stopped: spread too wide.',
    count: 1,
  },
]

const PARAMS_SCHEMA = {
  type: 'object',
  properties: {
    timeframe: {
      type: 'string',
      enum: ['m1', 'm5', 'm15'],
      default: 'm15',
      description: 'Length of the bars it reads',
    },
    period: {
      type: 'integer',
      minimum: 5,
      maximum: 100,
      default: 20,
      description: 'Bars of the moving average and its bands',
    },
    deviation: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 5,
      default: 2,
      description: 'Distance of the bands from the average, in standard deviations',
    },
    riskPercent: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 2,
      default: 0.5,
      description: 'Share of the balance lost when the stop is hit, in percent',
    },
    stopAtr: {
      type: 'number',
      minimum: 0.5,
      maximum: 10,
      default: 1.5,
      description: 'Distance of the stop, in average true ranges',
    },
    maxSpreadPips: {
      type: 'number',
      minimum: 0,
      maximum: 100,
      default: 6,
      description: 'No entry when the spread is wider, in pips',
    },
    sessions: {
      type: 'object',
      properties: {
        from: {
          type: 'integer',
          minimum: 0,
          maximum: 23,
          default: 7,
          description: 'First hour of entries, UTC',
        },
        to: { type: 'integer', minimum: 1, maximum: 24, default: 20, description: 'End of entries, UTC' },
      },
    },
  },
}
