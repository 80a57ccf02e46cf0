import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { SimulatorError } from '../errors.ts'
import { allowed, faultFromWords } from '../faults/parse.ts'
import { FAULT_TABLE, faultNames, type Parameter } from '../faults/table.ts'
import type { ControlAddress } from './control-server.ts'

/** Environment variable that names the control file where `--control-file` is not given. */
export const CONTROL_FILE_VARIABLE = 'CTRADER_SIMULATOR_CONTROL'

/** Runs `ctrader-simulator control …`; what it prints is returned. @throws {@link SimulatorError} */
export async function runControlCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  let order: Record<string, unknown> | undefined
  const program = createControlCommand(next => {
    order = next
  })
  program.parse(argv, { from: 'user' })
  const { controlFile } = program.opts<{ readonly controlFile?: string }>()
  const file = controlFile ?? env[CONTROL_FILE_VARIABLE]
  if (file === undefined || order === undefined)
    throw new SimulatorError(
      'invalid-options',
      `There is no control file. Start the venue with --control-file <path>, and name it here or in ${CONTROL_FILE_VARIABLE}.`,
    )
  const result = await send(addressIn(file), order)
  return result === null ? '' : `${JSON.stringify(result, null, 2)}\n`
}

/** The commands of a control port, and every fault with its parameters in the help. */
export function createControlCommand(onOrder: OnOrder): Command {
  const program = new Command('ctrader-simulator control')
    .description('Controls a venue that runs on this machine.')
    .option(
      '--control-file <path>',
      `where the venue wrote its control port; default $${CONTROL_FILE_VARIABLE}`,
    )
    .exitOverride(error => {
      process.exit(error.exitCode === 0 ? 0 : 2)
    })
  addFaultCommands(program, onOrder)
  addMarketCommands(program, onOrder)
  addAccountCommands(program, onOrder)
  return program
}

type OnOrder = (order: Record<string, unknown>) => void

function addFaultCommands(program: Command, onOrder: OnOrder): void {
  program
    .command('set <fault> [parameter=value...]')
    .description('switches a fault on')
    .option('--times <number>', 'ends it after so many strikes', number)
    .option('--probability <chance>', 'chance of each strike, above 0 to 1', number)
    .option('--connection <id>', 'strikes this connection alone')
    .addHelpText('after', `\nFaults:\n${faultHelp()}`)
    .action((type: string, words: readonly string[], scope: Record<string, unknown>) =>
      onOrder({ do: 'set', fault: faultFromWords(type, words), scope }),
    )
  program
    .command('clear [id]')
    .description('switches one fault off, or all')
    .action((id?: string) => onOrder({ do: 'clear', ...(id === undefined ? {} : { id: number(id) }) }))
  program
    .command('status')
    .description('faults, connections, time')
    .action(() => onOrder({ do: 'status' }))
  program
    .command('disconnect [connection]')
    .description('cuts one connection, or all')
    .action((connection?: string) =>
      onOrder({ do: 'disconnect', ...(connection === undefined ? {} : { connection }) }),
    )
}

function addMarketCommands(program: Command, onOrder: OnOrder): void {
  program
    .command('advance <ms>')
    .description('moves market time on')
    .action((ms: string) => onOrder({ do: 'advance', ms: number(ms) }))
  program
    .command('jump <time>')
    .description('moves market time on to an instant, e.g. 2025-01-06T08:00Z')
    .action((time: string) => onOrder({ do: 'jump', at: Date.parse(time) }))
  program
    .command('pause')
    .description('stops the market')
    .action(() => onOrder({ do: 'pause' }))
  program
    .command('resume')
    .description('lets it go on')
    .action(() => onOrder({ do: 'resume' }))
  program
    .command('speed <factor>')
    .description('market seconds per wall second')
    .action((factor: string) => onOrder({ do: 'speed', factor: number(factor) }))
  program
    .command('quote <symbol> <bid> [ask]')
    .description('states a price')
    .action((symbol: string, bid: string, ask?: string) =>
      onOrder({ do: 'quote', symbol, bid: number(bid), ...(ask === undefined ? {} : { ask: number(ask) }) }),
    )
}

function addAccountCommands(program: Command, onOrder: OnOrder): void {
  const order = (name: string, given: Record<string, unknown>, { account }: { account?: number }): void =>
    onOrder({ do: name, ...given, ...(account === undefined ? {} : { account }) })
  const ofAccount = (command: Command): Command =>
    command.option('--account <id>', 'another account than that of the credentials', number)
  ofAccount(program.command('script <rules>'))
    .description('says what becomes of the next orders: JSON, a list of { match?, times?, outcome }')
    .action((rules: string, options: object) => order('script', { rules: json(rules) }, options))
  ofAccount(program.command('deposit <amount> [note]'))
    .description('pays in; after -- a negative amount pays out')
    .action((amount: string, note: string | undefined, options: object) =>
      order('deposit', { amount: number(amount), ...(note === undefined ? {} : { note }) }, options),
    )
  ofAccount(program.command('access-rights <rights>'))
    .description('full-access, close-only, no-trading, no-login')
    .action((rights: string, options: object) => order('access-rights', { rights }, options))
  program
    .command('change-instrument <symbol> <change>')
    .description('changes a symbol: JSON, e.g. \'{"tradingMode":"close-only"}\'')
    .action((symbol: string, change: string) =>
      onOrder({ do: 'change-instrument', symbol, change: json(change) }),
    )
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new InvalidArgumentError('Give JSON.')
  }
}

/** One line a fault, one a parameter. */
export function faultHelp(): string {
  return faultNames
    .map(name => {
      const { meaning, parameters } = FAULT_TABLE[name]
      const lines = Object.entries(parameters as Record<string, Parameter>).map(
        ([key, parameter]) =>
          `      ${key}=…  ${parameter.meaning} (${allowed(parameter)}${parameter.optional ? '; optional' : ''})`,
      )
      return [`  ${name}  ${meaning}`, ...lines].join('\n')
    })
    .join('\n')
}

function addressIn(file: string): ControlAddress {
  try {
    const { url, token } = JSON.parse(readFileSync(file, 'utf8')) as ControlAddress
    // Never elsewhere than to this machine: the token goes along.
    if (/^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(url) && typeof token === 'string') return { url, token }
  } catch (cause) {
    throw unreadable(file, cause)
  }
  throw unreadable(file, undefined)
}

function unreadable(file: string, cause: unknown): SimulatorError {
  return new SimulatorError(
    'state-unavailable',
    `${file} does not say how to reach a venue. Start the venue with --control-file ${file}.`,
    { cause, details: { file } },
  )
}

async function send({ url, token }: ControlAddress, order: Record<string, unknown>): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(order),
      signal: AbortSignal.timeout(30_000),
    })
  } catch (cause) {
    throw new SimulatorError('listen-failed', `No venue answers at ${url}. Is it still running?`, { cause })
  }
  const { result, error } = (await response.json()) as { readonly result?: unknown; readonly error?: string }
  if (!response.ok)
    throw new SimulatorError('invalid-options', `The venue refused: ${error ?? response.status}`)
  return result
}

function number(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Give a number.')
  return value
}
