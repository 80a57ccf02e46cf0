import type { Bot, ChartBar, Fleet, Instance, LaneRow, TradeRow } from './contract.ts'

// Rows for the tests of this folder; no page imports them.

/** Wall time at which the rows were received. */
export const RECEIVED_AT = 1_795_615_800_000

/** US dollars in cents. */
export function usd(minor: number) {
  return { minor, digits: 2, currency: 'USD' }
}

/** A healthy running row, changed as asked. */
export function laneRow(change: Partial<LaneRow> = {}): LaneRow {
  return {
    botId: 'S03',
    name: 'Bollinger bounce',
    description: '',
    symbol: 'XAUUSD',
    timeframe: 'm1',
    accountType: 'demo',
    displayStatus: 'RUNNING',
    statusDetail: '',
    desired: 'running',
    desiredReason: 'first start',
    actual: 'running',
    freshness: 'fresh',
    heartbeatAgeMs: 400,
    sync: 'in-sync',
    health: 'healthy',
    lamps: { db: 'running', process: 'on', broker: 'on' },
    generation: 1,
    observedGeneration: 1,
    sessionId: 's7',
    sessionStartedAt: RECEIVED_AT - 60_000,
    host: 'h1',
    pid: 811,
    restartCount: 0,
    nextRetryAt: null,
    entriesEnabled: true,
    openPositions: 0,
    dayNet: usd(1240),
    tradeCount: 12,
    netTotal: usd(1240),
    balance: usd(1_001_240),
    equity: usd(1_001_300),
    marketAt: Date.UTC(2026, 0, 5, 10),
    paramsVersion: 1,
    quoteFilter: {
      wanted: true,
      seen: { passed: 1200, quarantined: 0, defects: {}, confirmedJumps: 0 },
    },
    warnings: [],
    locks: [],
    unsettled: [],
    grade: null,
    ...change,
  }
}

/** The same, as received. */
export function instance(change: Partial<LaneRow> = {}): Instance {
  return { ...laneRow(change), receivedAt: RECEIVED_AT }
}

/** A fleet of demo rows. */
export function fleetOf(demo: readonly Instance[]): Fleet {
  return {
    at: RECEIVED_AT,
    receivedAt: RECEIVED_AT,
    environment: { kind: 'simulated', name: 'simulated:demo', description: '', clockSpeed: 60 },
    notices: [],
    lanes: { backlog: [], demo, live: [] },
    hub: { holder: 'h1', epoch: 1, lastPassAt: RECEIVED_AT, queue: 'postgres' },
  }
}

/** A closed trade. */
export function tradeRow(change: Partial<TradeRow> = {}): TradeRow {
  return {
    botId: 'S03',
    accountType: 'demo',
    sessionId: 's7',
    environmentId: 1,
    dealId: 10,
    positionId: 5,
    symbol: 'XAUUSD',
    side: 'buy',
    volume: 0.1,
    entryPrice: 100,
    exitPrice: 101,
    stopLoss: 99,
    takeProfit: 102,
    openedAt: 60_000,
    closedAt: 180_000,
    exitReason: 'take-profit',
    gross: usd(1000),
    commission: usd(-70),
    swap: usd(0),
    conversionFee: usd(0),
    net: usd(930),
    balance: usd(1_000_930),
    paramsVersion: 1,
    recordedAt: RECEIVED_AT,
    ...change,
  }
}

/** A one-minute candle that opens at minute `index`. */
export function barAtMinute(index: number, close = 100): ChartBar {
  return {
    openedAt: index * 60_000,
    open: 100,
    high: Math.max(100, close),
    low: Math.min(100, close),
    close,
    tickVolume: 1,
  }
}

/** A bot's page without candles, trades or positions. */
export function botOf(change: Partial<Bot> = {}): Bot {
  return {
    row: instance(),
    params: {},
    paramsVersion: 1,
    paramsSchema: {},
    chart: null,
    positions: [],
    trades: [],
    sessions: [],
    keepsState: false,
    repairs: [],
    events: [],
    ...change,
  }
}
