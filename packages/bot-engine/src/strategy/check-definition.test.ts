import { EventEmitter } from 'node:events'
import { pips } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import { isEngineError } from '../errors.ts'
import { ema } from '../indicators/ema.ts'
import { Kernel } from '../kernel/kernel.ts'
import { managed } from '../policies/managed.ts'
import { fixedTrail } from '../policies/stop-policies.ts'
import { riskVolume } from '../risk/sizing.ts'
import { defineStrategy } from './define.ts'

const params = z.object({})
const feeds = () => ({ main: { timeframe: 'm1' } })
const create = () => ({ onBar() {} })
const good = { name: 'x', params, feeds, create }

/** As a file that no compiler has seen. */
function define(definition: object) {
  return defineStrategy(definition as unknown as Parameters<typeof defineStrategy>[0])
}

function start(definition: object): Kernel {
  return new Kernel({
    strategy: define(definition),
    params: {},
    instrument: REPLAY_XAUUSD,
    account: REPLAY_ACCOUNT,
    label: 'x',
    session: 's',
    seed: 1,
    size: riskVolume,
    listener: { onCommand: () => ({ type: 'sent' }) },
  })
}

describe('a definition', () => {
  it.each<[string, object, RegExp]>([
    ['without a name', { ...good, name: undefined }, /has the name undefined\. Give it one/],
    ['without parameters', { ...good, params: undefined }, /Strategy "x" has no params\. Give it a schema/],
    ['whose feeds are an object', { ...good, feeds: {} }, /has an object as feeds\. Make it a function/],
    ['without create', { ...good, create: undefined }, /has undefined as create/],
    ['with a field of a wrong name', { ...good, protection: [] }, /"protection": did you mean protections\?/],
    ['whose protections are a list', { ...good, protections: [] }, /has a list as protections/],
    ['whose state is no schema', { ...good, state: { a: 1 } }, /has a state that is no schema/],
  ])('%s is refused with the field', (_, definition, message) => {
    expect(() => define(definition)).toThrow(message)
  })

  it.each<[string, object, RegExp]>([
    [
      'whose create returns nothing',
      { ...good, create: () => {} },
      /returned undefined from create\. Return its/,
    ],
    ['with a handler of a wrong case', { ...good, create: () => ({ onbar() {} }) }, /Did you mean onBar\?/],
    [
      'with a handler that nothing calls',
      { ...good, create: () => ({ onTick() {} }) },
      /Did you mean onQuote\?/,
    ],
    ['with bars and no feed', { ...good, feeds: () => ({}) }, /has onBar and no feed/],
    ['whose feeds return nothing', { ...good, feeds: () => undefined }, /returned undefined from feeds/],
    [
      'with a timeframe of others',
      { ...good, feeds: () => ({ main: { timeframe: '15m' } }) },
      /Did you mean m15\?/,
    ],
    [
      'with an hour as others write it',
      { ...good, feeds: () => ({ main: { timeframe: '1H' } }) },
      /mean h1\?/,
    ],
    [
      'with a timeframe of none',
      { ...good, feeds: () => ({ main: { timeframe: 'abcdef' } }) },
      /Use one of m1, /,
    ],
    [
      'with a feed that has a field of a wrong name',
      { ...good, feeds: () => ({ main: { timeframe: 'm1', histroy: 5 } }) },
      /Feed "main" of "x" has no field "histroy": did you mean history\?/,
    ],
  ])('%s is refused when it starts', (_, definition, message) => {
    let error: unknown
    try {
      start(definition)
    } catch (cause) {
      error = cause
    }
    expect(isEngineError(error, 'invalid-options')).toBe(true)
    expect((error as Error).message).toMatch(message)
  })

  it('may be driven by quotes alone, also where policies would take bars', () => {
    const create = () => managed([fixedTrail({ pips: pips(10) }, { when: 'quote' })], { onQuote() {} })
    expect(() => start({ ...good, feeds: () => ({}), create })).not.toThrow()
  })

  it('may give handlers with fields of their own', () => {
    class Own {
      readonly once = 1
      readonly averages = [ema(3)]
      onBar(): void {}
    }
    expect(() => start({ ...good, create: () => new Own() })).not.toThrow()
  })

  it('may give handlers with functions of their own, also where their names begin as those of handlers do', () => {
    class Own extends EventEmitter {
      readonly onlyLong = () => true
      onBar(): void {}
    }
    expect(() => start({ ...good, create: () => new Own() })).not.toThrow()
  })
})

it('a whole bar pushed where a number belongs is a mistake of the handler, with what was pushed and what to push', () => {
  const average = ema(3)
  const kernel = start({
    ...good,
    create: () => ({ onBar: (bar: unknown) => void average.push(bar as number) }),
  })
  const quotes = () => {
    for (let at = 1000; at < 200_000; at += 30_000) kernel.quote(at, 129_000_000, 129_001_000)
  }
  expect(quotes).toThrow(
    /^\[handler-failed\] onBar of strategy "x" threw: \[data-invalid\] ema got an object with .*\. Push a finite number, e\.g\. bar\.close\./,
  )
})
