import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CTraderError } from '../../errors.ts'
import { openFailed } from '../../transport/endpoint.ts'
import { readCertificate, readEnvironment, withSettings } from './server-address.ts'

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'

describe('readEnvironment', () => {
  it.each([
    ['demo', 'demo'],
    ['live', 'live'],
    ['venue.example:5035', { host: 'venue.example', port: 5035, ca: PEM }],
    ['tcp://127.0.0.1:5035', { host: '127.0.0.1', port: 5035, tls: false }],
    ['tcp://localhost:5035', { host: 'localhost', port: 5035, tls: false }],
  ])('reads %s', (text, environment) => {
    expect(readEnvironment(text, PEM)).toEqual(environment)
  })

  it.each([
    ['tcp://venue.example:5035', 'is not this machine, so that it needs TLS. Allowed: venue.example:5035'],
    ['tcp://127.0.0.1.example:5035', 'is not this machine'],
    ['https://127.0.0.1:5035', 'is no environment'],
    ['127.0.0.1', 'Allowed: demo, live, host:port or tcp://127.0.0.1:port'],
  ])('refuses %s', (text, message) => {
    expect(() => readEnvironment(text, undefined)).toThrow(message)
  })
})

describe('readCertificate', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ca-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const read = async (content: string): Promise<string> => {
    const path = join(folder, 'file')
    await writeFile(path, content)
    return readCertificate(path)
  }

  it('takes a PEM file, and the connection file of a simulator', async () => {
    expect(await read(PEM)).toBe(PEM)
    expect(await read(JSON.stringify({ host: '127.0.0.1', port: 1, ca: PEM, credentials: {} }))).toBe(PEM)
  })

  it('says of the connection file of a simulator without TLS how that is reached', async () => {
    await expect(read('{"host":"127.0.0.1","port":5035}')).rejects.toMatchObject({
      code: 'state-damaged',
      message: expect.stringContaining('set CTRADER_ENVIRONMENT=tcp://127.0.0.1:5035'),
    })
    await expect(read('{')).rejects.toThrow('Set CTRADER_CA_FILE to a PEM file')
  })
})

describe('withSettings', () => {
  const failed = (code: string, host = '127.0.0.1') =>
    openFailed({ host, port: 5035 }, Object.assign(new Error(code), { code }))
  const said = (error: unknown, environment: Parameters<typeof withSettings>[1]): string =>
    (withSettings(error, environment) as Error).message

  it('names the setting of a certificate that is not trusted', () => {
    const message = said(failed('DEPTH_ZERO_SELF_SIGNED_CERT'), { host: 'venue.example', port: 5035 })
    expect(message).toMatch(/^\[connection-lost\] No connection to .*CTRADER_CA_FILE.*--connection-file/)
  })

  it('says how a simulator without TLS is reached, and one that wants it', () => {
    const here = { host: '127.0.0.1', port: 5035 }
    expect(said(failed('ECONNRESET'), here)).toContain('CTRADER_ENVIRONMENT=tcp://127.0.0.1:5035')
    expect(said(failed('ECONNRESET'), { ...here, tls: false })).toContain(
      'CTRADER_ENVIRONMENT=127.0.0.1:5035',
    )
  })

  it('leaves an error alone of which no setting is the cause', () => {
    const [refused, other] = [
      failed('ECONNREFUSED'),
      new CTraderError('token-invalid', 'No.', { accountIds: [] }),
    ]
    expect(withSettings(refused, { host: '127.0.0.1', port: 1 })).toBe(refused)
    expect(withSettings(other, { host: '127.0.0.1', port: 1 })).toBe(other)
    const reset = failed('ECONNRESET', 'demo.ctraderapi.com')
    expect(withSettings(reset, 'demo')).toBe(reset)
  })
})
