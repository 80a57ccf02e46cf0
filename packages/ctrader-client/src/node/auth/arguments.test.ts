import { describe, expect, it } from 'vitest'
import { authHelp, parseAuthArguments } from './arguments.ts'

const parse = (line: string) => parseAuthArguments(line.split(' ').filter(Boolean))

describe('parseAuthArguments', () => {
  it('reads a login with its defaults', () => {
    expect(parse('login')).toEqual({
      action: 'login',
      scope: 'trading',
      json: false,
      updateEnv: false,
      dryRun: false,
      paste: false,
    })
  })

  it('reads every option', () => {
    expect(
      parse('login --paste --scope accounts --timeout 30 --update-env --env-file x --json --dry-run'),
    ).toEqual({
      action: 'login',
      scope: 'accounts',
      json: true,
      updateEnv: true,
      dryRun: true,
      paste: true,
      timeoutMs: 30_000,
      envFile: 'x',
    })
  })

  it.each(['', 'help', '--help', 'login -h'])('shows the help for "%s"', line => {
    expect(parse(line).action).toBe('help')
  })

  it.each([
    ['logni', 'There is no command "auth logni"'],
    ['status x', 'auth status takes no "x"'],
    ['status --update-env', 'auth status has no option --update-env'],
    ['refresh --paste', 'auth refresh has no option --paste'],
    ['login --nope', 'There is no option --nope'],
    ['login --timeout 121', 'whole seconds from 1 to 120'],
    ['login --timeout 0.5', 'whole seconds from 1 to 120'],
    ['login --scope all', 'trading or accounts'],
    ['login --env-file', 'An option lacks its value'],
  ])('refuses "%s"', (line, message) => {
    expect(() => parse(line)).toThrow(message)
  })

  it('takes no secret on the command line: there is no option for one', () => {
    expect(authHelp('ctrader')).not.toMatch(/--(client-)?(secret|token|code|password)/)
  })
})
