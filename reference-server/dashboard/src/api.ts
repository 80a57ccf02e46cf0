import type {
  AccountType,
  Bot,
  BotDetail,
  ControlStatus,
  DashboardData,
  Fleet,
  Instance,
  LaneRow,
  RepairWork,
  TradeRow,
} from './contract.ts'
import { DashboardError } from './errors.ts'

const TIMEOUT_MS = 10_000

/** An order of the operator: what should be, for which instance, and why. */
export interface ControlOrder {
  readonly botId: string
  readonly accountType: AccountType
  readonly status: ControlStatus
  /** 1 to 500 characters; kept with the change. */
  readonly reason: string
  /** Absent: the filter of quotes stays as it is. */
  readonly quoteFilter?: boolean | undefined
}

/** `GET /dashboard/data`. @throws {@link DashboardError} */
export async function fetchFleet(signal: AbortSignal): Promise<Fleet> {
  const data = (await request('/dashboard/data', { signal })) as DashboardData
  if (data?.lanes === undefined || data.environment === undefined) throw badAnswer('/dashboard/data')
  const receivedAt = Date.now()
  return {
    ...data,
    receivedAt,
    lanes: {
      backlog: data.lanes.backlog,
      demo: data.lanes.demo.map(row => stamped(row, receivedAt)),
      live: data.lanes.live.map(row => stamped(row, receivedAt)),
    },
  }
}

/** `GET /bots/{botId}/{accountType}`. @throws {@link DashboardError} */
export async function fetchBot(botId: string, accountType: AccountType, signal: AbortSignal): Promise<Bot> {
  const path = `/bots/${encodeURIComponent(botId)}/${accountType}`
  const detail = (await request(path, { signal })) as BotDetail
  if (detail?.row === undefined || detail.trades === undefined) throw badAnswer(path)
  return { ...detail, row: stamped(detail.row, Date.now()) }
}

/** `GET /trades`: the newest `limit` (1 to 200) closed trades, newest first. @throws {@link DashboardError} */
export async function fetchTrades(
  botId: string,
  accountType: AccountType,
  limit: number,
  signal: AbortSignal,
): Promise<readonly TradeRow[]> {
  const path = `/trades?botId=${encodeURIComponent(botId)}&accountType=${accountType}&limit=${limit}`
  const answer = (await request(path, { signal })) as { trades?: readonly TradeRow[] }
  if (!Array.isArray(answer?.trades)) throw badAnswer(path)
  return answer.trades
}

/**
 * `PUT /control/{botId}`: writes what should be. Sent once and never repeated by itself: when no answer came it is
 * unknown whether the change was stored, and the error says so.
 *
 * @throws {@link DashboardError}
 */
export async function putControl(order: ControlOrder): Promise<void> {
  const path = `/control/${encodeURIComponent(order.botId)}?accountType=${order.accountType}`
  await request(path, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status: order.status, reason: order.reason, quoteFilter: order.quoteFilter }),
  })
}

/** What a person asks to be done to what a stopped bot has kept. */
export interface RepairOrder {
  readonly botId: string
  readonly accountType: AccountType
  readonly work: RepairWork
  /** 1 to 500 characters; kept with the repair. */
  readonly reason: string
}

/** `POST /repairs/{botId}`: sent once; the same one again is the one that waits. @throws {@link DashboardError} */
export async function postRepair({ botId, accountType, work, reason }: RepairOrder): Promise<void> {
  await request(`/repairs/${encodeURIComponent(botId)}?accountType=${accountType}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...work, reason }),
  })
}

/** `POST /repairs/{botId}/{repairId}/withdraw`. @throws {@link DashboardError} */
export async function withdrawRepair(
  { botId, accountType }: Pick<RepairOrder, 'botId' | 'accountType'>,
  repairId: number,
): Promise<void> {
  const path = `/repairs/${encodeURIComponent(botId)}/${repairId}/withdraw?accountType=${accountType}`
  await request(path, { method: 'POST' })
}

/** Adds the time of receipt to a row. */
export function stamped(row: LaneRow, receivedAt: number): Instance {
  return { ...row, receivedAt }
}

async function request(path: string, init: RequestInit): Promise<unknown> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  const response = await fetch(path, {
    ...init,
    // One path serves the page and the data: never let a cache hand out the wrong one.
    cache: 'no-store',
    headers: { accept: 'application/json', ...init.headers },
    signal: init.signal ? AbortSignal.any([init.signal, timeout]) : timeout,
  }).catch((cause: unknown) => {
    if (init.signal?.aborted === true) throw cause
    throw noAnswer(path, timeout.aborted, cause)
  })
  if (!response.ok) throw await problemOf(path, response)
  try {
    return (await response.json()) as unknown
  } catch (cause) {
    throw badAnswer(path, cause)
  }
}

function noAnswer(path: string, timedOut: boolean, cause: unknown): DashboardError {
  return timedOut
    ? new DashboardError(
        'timed-out',
        `${path} gave no answer within ${TIMEOUT_MS / 1000} s. See whether the server is busy or stopped.`,
        { cause },
      )
    : new DashboardError('unreachable', `${path} cannot be reached. Start the server with: npm start`, {
        cause,
      })
}

function badAnswer(path: string, cause?: unknown): DashboardError {
  return new DashboardError(
    'bad-answer',
    `${path} answered with something this dashboard does not know. Reload the page; if it stays, server and dashboard are of different versions.`,
    { cause },
  )
}

async function problemOf(path: string, response: Response): Promise<DashboardError> {
  const body = (await response.json().catch(() => null)) as { detail?: unknown; code?: unknown } | null
  const detail =
    typeof body?.detail === 'string' ? body.detail : `${path} answered with status ${response.status}.`
  const more = {
    status: response.status,
    ...(typeof body?.code === 'string' ? { serverCode: body.code } : {}),
  }
  if (response.status === 401 || response.status === 403) return new DashboardError('forbidden', detail, more)
  if (response.status === 404) return new DashboardError('not-found', detail, more)
  return new DashboardError(response.status >= 500 ? 'server-failed' : 'refused', detail, more)
}
