import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StreamMessage } from '../src/contract.ts'
import { makeWorld, SCENARIOS, type Scenario, type World } from './scenarios.ts'
import { tick } from './tick.ts'

// A stand-in for the server while the dashboard is worked on: plays fixtures, never shipped.
// POST /fake/<scenario> changes the scene.

const DIST = fileURLToPath(new URL('../dist', import.meta.url))
const PORT = Number(process.argv[2] ?? 8010)
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

let world: World = makeWorld('running')
let nextId = 1
const streams = new Set<ServerResponse>()

function send(message: StreamMessage): void {
  for (const stream of streams)
    stream.write(`event: ${message.type}\nid: ${nextId}\ndata: ${JSON.stringify(message)}\n\n`)
  nextId++
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': status < 400 ? 'application/json' : 'application/problem+json',
  })
  response.end(JSON.stringify(body))
}

function problem(response: ServerResponse, status: number, code: string, detail: string): void {
  json(response, status, { type: `urn:fake:${code}`, title: code, status, detail, code })
}

function switchScene(name: string, response: ServerResponse): void {
  if (!(SCENARIOS as readonly string[]).includes(name))
    return problem(response, 404, 'not-found', `No scene ${name}.`)
  world = makeWorld(name as Scenario)
  for (const stream of streams) stream.end()
  streams.clear()
  json(response, 200, { scene: name })
}

function openStream(response: ServerResponse): void {
  if (!world.stream) return problem(response, 503, 'too-many-streams', 'The stream is off in this scene.')
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' })
  response.write('retry: 2000\n: hello\n\n')
  streams.add(response)
  response.on('close', () => streams.delete(response))
}

async function control(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  const body = JSON.parse(text) as { status: 'running' | 'paused' | 'stopped'; reason: string }
  if (body.reason === 'refuse')
    return problem(response, 409, 'conflict', 'Someone changed the bot meanwhile. Look at it again.')
  const row = {
    ...world.bot.row,
    desired: body.status,
    desiredReason: body.reason,
    sync: 'converging' as const,
  }
  row.lamps = { ...row.lamps, db: body.status }
  row.displayStatus = body.status === 'running' ? 'RUNNING' : body.status === 'paused' ? 'PAUSED' : 'STOPPING'
  world.bot.row = row
  world.fleet.lanes.demo = world.fleet.lanes.demo.map(entry => (entry.botId === row.botId ? row : entry))
  send({ type: 'lane', row })
  json(response, 200, {})
}

async function repair(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  const [, , , repairId] = path.split('/')
  if (repairId !== undefined) {
    world.bot.repairs = world.bot.repairs.filter(one => one.repairId !== Number(repairId))
    return json(response, 200, {})
  }
  const { reason, ...work } = JSON.parse(text) as { reason: string }
  if (reason === 'refuse')
    return problem(response, 409, 'conflict', 'S03/demo should be running and is running. Stop it first.')
  world.bot.repairs = [
    {
      ...{ botId: 'S03', accountType: 'demo', repairId: nextId++, askedBy: 'operator', askedAt: Date.now() },
      ...{ status: 'waiting', result: null, settledAt: null, sessionId: null, reason },
      work: work as World['bot']['repairs'][number]['work'],
    },
    ...world.bot.repairs,
  ]
  json(response, 200, {})
}

function api(path: string, request: IncomingMessage, response: ServerResponse): void {
  if (world.failure === 'silent') return
  if (world.failure === 'error')
    return problem(
      response,
      503,
      'database-unavailable',
      'PostgreSQL does not answer on 127.0.0.1:5433. It is started again every 5 s.',
    )
  if (world.failure === 'forbidden')
    return problem(response, 403, 'host-not-allowed', 'The name lab.example is not served here.')
  if (path === '/events') return openStream(response)
  if (path === '/dashboard/data') return json(response, 200, { ...world.fleet, at: Date.now() })
  if (path.startsWith('/control/')) return void control(request, response)
  if (path.startsWith('/repairs/')) return void repair(path, request, response)
  if (path === '/trades') return json(response, 200, { trades: world.bot.trades, nextCursor: null })
  if (path === '/bots/S03/demo') return json(response, 200, world.bot)
  problem(response, 404, 'not-found', `There is no bot ${path.split('/')[2]}. Known: S03.`)
}

function page(path: string, response: ServerResponse): void {
  const file = normalize(join(DIST, path))
  const known = file.startsWith(DIST) && existsSync(file) && statSync(file).isFile()
  const target = known ? file : join(DIST, 'index.html')
  response.writeHead(200, {
    'content-type': TYPES[extname(target)] ?? 'application/octet-stream',
    'content-security-policy': "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  })
  createReadStream(target).pipe(response)
}

createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://fake').pathname
  if (path.startsWith('/fake/')) switchScene(path.slice(6), response)
  else if (request.headers.accept?.includes('text/html') || path.startsWith('/assets/')) page(path, response)
  else api(path, request, response)
}).listen(PORT, '127.0.0.1')

setInterval(() => {
  if (world.ticking && world.failure === 'none') tick(world, send)
}, 1000)
