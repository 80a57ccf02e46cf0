import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { announce, parseCommand } from './command.ts'
import type { Simulator } from './simulator.ts'

const SIMULATOR: Simulator = {
  host: '127.0.0.1',
  port: 5035,
  ca: 'PEM',
  credentials: { clientId: 'c', clientSecret: 's', accessToken: 't', ctidTraderAccountId: 7 },
  accounts: [],
  refreshToken: 'r',
  venueId: 'v1',
  now: () => unixMs(0),
  ended: Promise.resolve({ type: 'closed' }),
  close: () => Promise.resolve(),
}

describe('parseCommand', () => {
  it('starts a live clock over TLS on the port of the real venue by default', () => {
    expect(parseCommand([]).options).toMatchObject({
      mode: { type: 'live-clock', speed: 60 },
      host: '127.0.0.1',
      port: 5035,
      seed: 1,
      tls: true,
      venue: { latencyMs: 50 },
    })
  })

  it('replays with the gate that is asked for', () => {
    expect(parseCommand(['--ticks', 'a', '--replay', '--gate', 'rewind']).options.mode).toMatchObject({
      gate: 'rewind',
    })
  })

  it('replays a file up to a time', () => {
    const argv = ['--ticks', 'a.csv.gz', '--replay', '--until', '2014-05-01T21:15:00Z', '--plain', '--poll']
    expect(parseCommand(argv).options).toMatchObject({
      mode: {
        type: 'replay',
        ticks: 'a.csv.gz',
        gate: 'lookahead',
        until: Date.UTC(2014, 4, 1, 21, 15),
        polling: true,
      },
      tls: false,
    })
  })

  it('plays a file at a speed when it is not to be replayed', () => {
    const { options } = parseCommand([
      '--ticks',
      'a.csv',
      '--speed',
      '10',
      '--state-dir',
      'x',
      '--connection-file',
      'y',
    ])
    expect(options.mode).toEqual({ type: 'live-clock', ticks: 'a.csv', speed: 10, stateDir: 'x' })
  })
})

describe('announce', () => {
  it('writes endpoint, certificate and credentials for the owner alone, and prints no secret then', () => {
    const folder = mkdtempSync(join(tmpdir(), 'announce-'))
    const file = join(folder, 'venue.json')
    expect(announce(SIMULATOR, file)).not.toContain('"t"')
    const { host, port, ca, credentials, venueId } = SIMULATOR
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ host, port, ca, credentials, venueId })
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
    rmSync(folder, { recursive: true })
  })

  it('tells where tokens are to be had', () => {
    expect(parseCommand(['--oauth']).options.oauth).toBe(true)
    const text = announce({ ...SIMULATOR, oauthUrl: 'http://127.0.0.1:9' }, undefined)
    expect(text).toContain('tokens: http://127.0.0.1:9/apps/auth and http://127.0.0.1:9/apps/token')
  })

  it('says what to do when the file cannot be written', () => {
    expect(() => announce(SIMULATOR, join(tmpdir(), 'not', 'there', 'x.json'))).toThrow(
      /\[state-unavailable\].*cannot be written/,
    )
  })
})
