import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runControlCommand } from '../src/control/control-command.ts'
import { type ControlServer, startControlServer, writeControlFile } from '../src/control/control-server.ts'
import { faultOf } from '../src/faults/parse.ts'
import { FAULT_TABLE, faultNames, type Parameter } from '../src/faults/table.ts'
import { SILENT } from '../src/options.ts'
import { startTestVenue, type TestVenue } from '../src/testing/index.ts'
import { RawClient } from './raw-client.ts'

const folder = mkdtempSync(join(tmpdir(), 'control-'))
const file = join(folder, 'control.json')
let venue: TestVenue
let server: ControlServer

beforeAll(async () => {
  venue = await startTestVenue()
  server = await startControlServer(venue.control, SILENT)
  writeControlFile(file, server.address)
})
afterAll(async () => {
  await server.close()
  await venue.close()
  rmSync(folder, { recursive: true })
})

/** A value that a parameter takes. */
function sampleOf(parameter: Parameter): unknown {
  switch (parameter.kind) {
    case 'number':
      return Math.min(parameter.most, Math.max(parameter.least, 41))
    case 'numbers':
      return [2104, 2121]
    case 'text':
      return 'trader.leverageInCents'
    case 'flag':
      return true
    case 'value':
      return { a: [1, 'b'] }
    default:
      return parameter.of[0]
  }
}
/** As it stands on a command line. */
const wordOf = (value: unknown): string =>
  Array.isArray(value) ? value.join() : typeof value === 'object' ? JSON.stringify(value) : String(value)

const control = (...argv: readonly string[]) => runControlCommand(argv, { CTRADER_SIMULATOR_CONTROL: file })
const post = (body: string, authorization = `Bearer ${server.address.token}`) =>
  fetch(server.address.url, { method: 'POST', headers: { authorization }, body })

describe('the control command', () => {
  it('sets a fault with its parameters, tells it, and clears it', async () => {
    await control('set', 'delay', 'direction=out', 'ms=500', 'payloadTypes=2105,2113', '--times', '3')
    const status = JSON.parse(await control('status')) as { faults: readonly { id: number }[] }
    expect(status.faults).toMatchObject([
      {
        fault: { type: 'delay', direction: 'out', ms: 500, payloadTypes: [2105, 2113] },
        scope: { times: 3 },
        strikes: 0,
        isOn: true,
      },
    ])
    await control('clear', String(status.faults[0]?.id))
    expect(venue.control.faults.active).toEqual([])
  })

  it.each(faultNames)('sets %s with everything that it takes, each as a word', async name => {
    const parameters: Readonly<Record<string, Parameter>> = FAULT_TABLE[name].parameters
    const fault = {
      type: name,
      ...Object.fromEntries(Object.entries(parameters).map(([key, each]) => [key, sampleOf(each)])),
    }
    const words = Object.entries(fault).flatMap(([key, value]) =>
      key === 'type' ? [] : [`${key}=${wordOf(value)}`],
    )
    const answer = JSON.parse(
      await control('set', name, ...words, '--connection', 'nobody', '--times', '7'),
    ) as object
    const scope = { connection: 'nobody', times: 7 }
    const isOver = FAULT_TABLE[name].lasts === 'at-once'
    expect(answer).toMatchObject({ fault, scope, isOn: !isOver })
    expect(venue.control.faults.active.map(each => each.fault)).toEqual(isOver ? [] : [fault])
    for (const { fault: active } of venue.control.faults.active) expect(faultOf({ ...active })).toEqual(fault)
    await control('clear')
    expect(venue.control.faults.active).toEqual([])
  })

  it('has a fault strike that was set by it', async () => {
    const client = await RawClient.open(venue.simulator)
    await control('set', 'refuse', 'errorCode=CHANNEL_IS_BLOCKED', 'payloadTypes=2104', '--times', '1')
    client.send(2104, {}, 'version')
    const { message } = await client.next(2142)
    expect(message.errorCode).toBe('CHANNEL_IS_BLOCKED')
    client.close()
  })

  it('moves time and prices', async () => {
    const before = venue.control.clock.now()
    await control('advance', '1500')
    expect(venue.control.clock.now()).toBe(before + 1500)
    await control('quote', 'XAUUSD', '1900', '1900.5')
    expect(venue.control.price('XAUUSD')).toEqual({ bid: 1900, ask: 1900.5 })
  })

  it.each([
    [['set', 'nonsense'], 'type is nonsense'],
    [['set', 'delay', 'direction=out'], 'delay.ms is undefined'],
    [['set', 'delay', 'ms'], 'word is ms. Allowed: name=value.'],
    [['quote', 'NOPE', '1'], 'symbol is NOPE. Allowed: XAUUSD, EURUSD.'],
    [['jump', 'yesterday'], 'The venue refused'],
  ])('passes on why %j is refused', async (argv, message) => {
    await expect(control(...argv)).rejects.toThrow(message)
  })

  it('says how to start a venue that can be controlled', async () => {
    await expect(runControlCommand(['status'], {})).rejects.toThrow('--control-file <path>')
    await expect(runControlCommand(['status', '--control-file', join(folder, 'none')], {})).rejects.toThrow(
      'does not say how to reach a venue',
    )
  })
})

describe('the control port', () => {
  it('has its token in a file that its owner alone can read', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(server.address)
  })

  it('listens on the loopback address alone', () => {
    expect(server.address.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  })

  it.each(['', 'Bearer wrong', 'Bearer '])('refuses the token "%s"', async authorization => {
    expect((await post('{"do":"status"}', authorization)).status).toBe(401)
  })

  it.each([
    ['{', 400],
    ['[]', 400],
    ['{"do":"nothing"}', 400],
    ['{"do":"set","fault":3}', 400],
    [`{"do":"status","pad":"${'x'.repeat(70_000)}"}`, 400],
    ['{"do":"status"}', 200],
  ])('answers %.30s with %i', async (body, status) => {
    expect((await post(body)).status).toBe(status)
  })
})

describe('the control file', () => {
  it('is for its owner alone, also where one lay that everybody could read', () => {
    const open = join(folder, 'open.json')
    writeFileSync(open, '{}', { mode: 0o644 })
    writeControlFile(open, server.address)
    expect(JSON.parse(readFileSync(open, 'utf8'))).toEqual(server.address)
    if (process.platform !== 'win32') expect(statSync(open).mode & 0o777).toBe(0o600)
  })
})
