import type { AddressInfo } from 'node:net'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  type BarsRequest,
  type ControlResponse,
  type Heartbeat,
  type PositionsRequest,
  type Repair,
  RepairResult,
  SessionEndRequest,
  SessionStartRequest,
  TradeRecord,
  type TradeRow,
} from '@openclaw-trading/control-plane/client'
import { z } from 'zod'

/** The API as a bot sees it, in memory: checks what it is told against the wire's schemas and keeps it. */
export class FakeApi {
  readonly trades = new Map<number, TradeRow>()
  readonly starts: SessionStartRequest[] = []
  readonly ends: SessionEndRequest[] = []
  readonly positions: PositionsRequest[] = []
  readonly bars: BarsRequest[] = []
  readonly heartbeats: Heartbeat[] = []
  control: ControlResponse = {
    botId: 'S03',
    accountType: 'demo',
    status: 'running',
    lotSize: null,
    quoteFilter: true,
    reason: '',
    updatedBy: 'test',
    updatedAt: 1,
    generation: 1,
    entriesAllowed: true,
    epoch: 1,
  }
  params: Record<string, unknown> = { timeframe: 'm1' }
  /** Those that wait, as the API gives them. */
  repairs: Repair[] = []
  /** What came of each, by its id. */
  readonly repairResults = new Map<number, RepairResult>()
  /** Called when a session has been opened. */
  onSessionStart: () => void = () => {}
  /** Answers everything that is posted with 503. */
  down = false
  /** Answers heartbeats as to an older owner. */
  fenced = false
  readonly #server = createServer((request, response) => void this.#serve(request, response))

  async open(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const path = (request.url ?? '').split('?')[0] ?? ''
    const send = (status: number, body: unknown) => {
      response.writeHead(status, {
        'Content-Type': status < 400 ? 'application/json' : 'application/problem+json',
      })
      response.end(JSON.stringify(body))
    }
    if (request.method === 'GET') return send(200, this.#read(path))
    if (this.down) return send(503, problem(503, 'database-unavailable'))
    if (path === '/heartbeat' && this.fenced) return send(409, problem(409, 'fenced'))
    send(200, this.#take(path, JSON.parse(Buffer.concat(chunks).toString())))
  }

  #read(path: string): unknown {
    if (path.startsWith('/control/')) return this.control
    if (path.startsWith('/repairs/')) return { repairs: this.repairs }
    const layers = Object.fromEntries(Object.keys(this.params).map(name => [name, 'params']))
    return {
      botId: 'S03',
      accountType: 'demo',
      version: 1,
      params: this.params,
      layers,
      author: 'test',
      reason: '',
      createdAt: 1,
    }
  }

  #take(path: string, body: unknown): unknown {
    const [, repairId] = /^\/repairs\/\w+\/(\d+)\/result$/.exec(path) ?? []
    if (repairId !== undefined) return this.#settle(Number(repairId), RepairResult.parse(body))
    switch (path) {
      case '/session/start':
        this.starts.push(SessionStartRequest.parse(body))
        this.onSessionStart()
        return { sessionId: `t${this.starts.length}`, environmentId: 1 }
      case '/session/end':
        this.ends.push(SessionEndRequest.parse(body))
        return {}
      case '/trade':
        return z
          .array(TradeRecord)
          .parse(body)
          .map(trade => this.#store(trade))
      case '/positions':
        this.positions.push(body as PositionsRequest)
        return {}
      case '/bars':
        this.bars.push(body as BarsRequest)
        return {}
      default:
        this.heartbeats.push(body as Heartbeat)
        return {}
    }
  }

  #settle(repairId: number, told: RepairResult): unknown {
    this.repairResults.set(repairId, told)
    const repair = this.repairs.find(one => one.repairId === repairId)
    this.repairs = this.repairs.filter(one => one !== repair)
    return { ...repair, status: told.status, result: told.result, settledAt: 1, sessionId: told.sessionId }
  }

  #store(trade: TradeRecord): TradeRow {
    const known = this.trades.get(trade.dealId)
    if (known !== undefined) return known
    const row = { ...trade, environmentId: 1, recordedAt: Date.now() }
    this.trades.set(trade.dealId, row)
    return row
  }
}

function problem(status: number, code: string) {
  return {
    type: `urn:openclaw-trading:problem:${code}`,
    title: code,
    status,
    detail: 'As the test wants it.',
    code,
  }
}
