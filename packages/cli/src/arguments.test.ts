import { describe, expect, it } from 'vitest'
import { parseArguments } from './arguments.ts'
import { commandsFor } from './commands/index.ts'
import { isCliError } from './errors.ts'

const commands = await commandsFor([])
const parse = (line: string) => parseArguments(line.split(' ').filter(Boolean), '0.1.0', commands)
function optionsOf(line: string) {
  const parsed = parse(line)
  return 'options' in parsed ? parsed.options : undefined
}
function refusal(line: string): string {
  try {
    parse(line)
  } catch (error) {
    if (isCliError(error)) return error.message
    throw error
  }
  return ''
}

describe('claw up', () => {
  it('leaves what is not said to the settings', () => {
    expect(parse('up')).toMatchObject({ command: 'up' })
    expect(optionsOf('up')).toEqual({ json: false })
  })

  it('reads its options', () => {
    expect(optionsOf('up --port 0 --seed 7 --data-dir x')).toEqual({
      port: 0,
      seed: 7,
      dataDir: 'x',
      json: false,
    })
  })

  it.each(['up --port 65536', 'up --port 8e3', 'up --port -1', 'up --seed x'])('refuses "%s"', line => {
    expect(refusal(line)).toMatch(/^\[usage\] .*must be a whole number/)
  })
})

describe('claw replay', () => {
  it('runs both timeframes at 50 ms unless told otherwise', () => {
    expect(optionsOf('replay --ticks f.csv')).toEqual({
      ticks: 'f.csv',
      timeframe: 'both',
      latency: 50,
      gate: 'lookahead',
      json: false,
      polling: true,
    })
  })

  it('reads its options', () => {
    expect(
      optionsOf(
        'replay --ticks f.csv --timeframe m15 --until 2014-05-01T21:15Z --latency 250 --gate rewind --json --no-polling',
      ),
    ).toEqual({
      ticks: 'f.csv',
      timeframe: 'm15',
      until: Date.UTC(2014, 4, 1, 21, 15),
      latency: 250,
      gate: 'rewind',
      json: true,
      polling: false,
    })
  })

  it('wants a tick file', () => {
    expect(refusal('replay')).toContain('--ticks')
  })

  it('refuses a time without a zone, which would differ from machine to machine', () => {
    expect(refusal('replay --ticks f --until 2014-05-01T21:15')).toContain('with its zone')
  })

  it('refuses a gate that does not exist', () => {
    expect(refusal('replay --ticks f --gate wide')).toContain('lookahead or rewind')
  })

  it('refuses a timeframe that S03 does not have', () => {
    expect(refusal('replay --ticks f --timeframe m5')).toContain('m1, m15 or both')
  })
})

describe('claw parity', () => {
  it('replays the strategy that was recorded, and demands no score unless told otherwise', () => {
    expect(optionsOf('parity one.clawses')).toEqual({
      session: 'one.clawses',
      tolerance: 60,
      limit: 20,
      json: false,
    })
  })

  it('reads its options', () => {
    expect(optionsOf('parity a b.ts --min-score .8 --tolerance 5 --latency 120 --limit 3 --json')).toEqual({
      session: 'a',
      strategy: 'b.ts',
      minScore: 0.8,
      tolerance: 5,
      latency: 120,
      limit: 3,
      json: true,
    })
  })

  it.each(['1.1', '-1', 'x', '1e-1', ''])('refuses the score "%s"', score => {
    expect(refusal(`parity a --min-score=${score}`)).toContain('a number from 0 to 1')
  })
})

describe('claw auth', () => {
  it('leaves everything behind it to the command of the client package', () => {
    expect(optionsOf('auth status --json -h')).toEqual({ args: ['status', '--json', '-h'] })
  })
})

describe('a word that is not known', () => {
  it('is answered with the nearest command', () => {
    expect(refusal('repaly')).toBe('[usage] Unknown command "repaly". Did you mean: claw replay?')
  })

  it('is answered with the commands there are when none is near', () => {
    expect(refusal('xyzzy')).toMatch(
      /^\[usage\] Unknown command "xyzzy"\. Known: .*up, .*auth, completion, version, explain\.$/,
    )
  })

  it('is answered with the nearest of the inner command', () => {
    expect(refusal('report lst')).toBe('[usage] Unknown command "lst". Did you mean: claw report list?')
    expect(refusal('report diff a')).toContain('See claw report diff --help.')
  })

  it('is answered with the nearest option', () => {
    expect(refusal('up --prot 1')).toContain('Did you mean --port?')
  })
})

it.each(['--help', 'help', 'up --help', 'report', 'report diff --help', ''])('prints help for "%s"', line => {
  const parsed = parse(line)
  expect(parsed).toMatchObject({ command: 'print' })
  expect('text' in parsed && parsed.text).toContain('Usage: claw')
})

it('prints its version', () => {
  expect(parse('--version')).toEqual({ command: 'print', text: '0.1.0\n' })
})

it('loads no more than the command that a line begins with, which is the one that all of them have', async () => {
  const help = parse('--help')
  const names = [...('text' in help ? help.text : '').matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name)
  // The script of a shell completes all of them.
  for (const name of names.filter(one => one !== 'help' && one !== 'completion')) {
    const args = [name ?? '', '--help']
    const own = await commandsFor(args)
    expect(own).toHaveLength(1)
    expect(JSON.stringify(parseArguments(args, '0.1.0', own))).toBe(JSON.stringify(parse(args.join(' '))))
  }
  expect(names.length).toBeGreaterThan(10)
  expect(parseArguments(['--version'], '0.1.0', await commandsFor(['--version']))).toEqual(parse('--version'))
})
