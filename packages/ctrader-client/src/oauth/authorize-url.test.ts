import { describe, expect, it } from 'vitest'
import { authorizeUrl, readCode, safeUrl } from './authorize-url.ts'

describe('authorizeUrl', () => {
  it('asks the consent page for a scope, with the state and without a secret', () => {
    const url = new URL(
      authorizeUrl({
        clientId: '1_a',
        redirectUri: 'http://127.0.0.1:8719/cb',
        scope: 'trading',
        state: 's',
      }),
    )
    expect(`${url.origin}${url.pathname}`).toBe('https://id.ctrader.com/my/settings/openapi/grantingaccess/')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: '1_a',
      redirect_uri: 'http://127.0.0.1:8719/cb',
      scope: 'trading',
      product: 'web',
      state: 's',
    })
  })
})

describe('readCode', () => {
  it.each([
    'abc-123',
    '  abc-123\n',
    'http://127.0.0.1:8719/callback?code=abc-123',
    'http://127.0.0.1:8719/callback?code=abc-123&state=mine#x',
    '?code=abc-123',
    'code=abc-123',
  ])('finds the code in %j', text => {
    expect(readCode(text, 'mine').reveal()).toBe('abc-123')
  })

  it('refuses the answer to another login', () => {
    expect(() => readCode('http://127.0.0.1/cb?code=a&state=other', 'mine')).toThrow('its state differs')
    expect(() => readCode('code=a&state=mine&state=other', 'mine')).toThrow('its state differs')
  })

  it('says that access was refused, without repeating what is no code word', () => {
    expect(() => readCode('?error=access_denied', 's')).toThrow('not granted: access_denied')
    expect(() => readCode('?error=<script>', 's')).toThrow('not granted: refused')
  })

  it.each(['', '?', '?code=', 'code=a&code=b', '?code=a%20b', 'a b', `?code=${'a'.repeat(2049)}`])(
    'refuses %j and does not repeat it',
    text => {
      expect(() => readCode(text, 's')).toThrow(/^\[invalid-argument\] This is no authorisation code\. Paste/)
    },
  )
})

describe('safeUrl', () => {
  it.each([
    'https://openapi.ctrader.com/apps/token',
    'http://127.0.0.1:1/x',
    'http://localhost:1',
    'http://[::1]:1',
  ])('lets secrets go to %s', url => {
    expect(safeUrl(url, 'tokenUrl').href).toContain(url)
  })

  it.each([
    'http://openapi.ctrader.com',
    'http://127.0.0.1.evil.example',
    'ftp://127.0.0.1',
    'x',
    'https://a:b@c.example',
  ])('lets none go to %s', url => {
    expect(() => safeUrl(url, 'tokenUrl')).toThrow('[invalid-argument] tokenUrl is not an https address')
  })
})
