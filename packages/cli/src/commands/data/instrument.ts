import { SYNTHETIC_EURUSD } from '@openclaw-trading/bot-engine/data'
import type { CommandContext, Register } from '../../command.ts'
import { type Plan, planned } from '../../dry-run.ts'
import { CliError } from '../../errors.ts'
import { currenciesOf, knownInstrument, noRecord } from '../../project/instruments.ts'
import {
  addRecordOptions,
  askedRecord,
  plainRecord,
  plannedRecord,
  type RecordOptions,
  writtenText,
} from './record-options.ts'
import { addStoreOptions, printResult, type StoreOptions, storeOf } from './series-options.ts'

/** What `claw data instrument` was asked. */
interface InstrumentArguments extends StoreOptions, RecordOptions {
  readonly symbol: string
  readonly template: boolean
}

/** Adds `claw data instrument`. */
export const addInstrument: Register = (data, done) => {
  const command = data
    .command('instrument')
    .argument('<symbol>')
    .description('Prints the record of a symbol (digits, sizes, costs, hours) as JSON, or stores one.')
    .option('--template', 'prints a form to fill in instead', false)
  addStoreOptions(addRecordOptions(command)).action(
    (symbol: string, options: Omit<InstrumentArguments, 'symbol'>) => {
      const chosen: InstrumentArguments = { ...options, symbol }
      done({
        command: 'data instrument',
        options: chosen,
        json: options.json,
        dryRun:
          options.instrument === undefined && options.like === undefined
            ? 'changes-nothing'
            : planned('data instrument', options.json, context => planInstrument(chosen, context)),
        run: context => instrumentRecord(chosen, context),
      })
    },
  )
}

async function instrumentRecord(options: InstrumentArguments, context: CommandContext): Promise<number> {
  const startedAt = performance.now()
  const { symbol, template } = options
  const store = await storeOf(options, context)
  const asked = await askedRecord(symbol, options, store, context.terminal.cwd)
  const print = (data: object, text: string) =>
    printResult({ schema: 'claw.data-instrument/1', data, text }, options, context, startedAt)
  checkForm(options)
  if (template) {
    const form = formOf(symbol)
    print(form, json(form))
    return 0
  }
  if (asked !== undefined) {
    const written = await store.writeInstrument(asked)
    const text = writtenText(symbol, written) || `  ✔ the record of ${symbol} is as it was\n`
    const { source: _, recordedAt: _at, ...terms } = asked
    print({ ...written, ...terms }, text)
    return 0
  }
  const known = knownInstrument(symbol, store)
  if (known === undefined) throw noRecord(symbol, store)
  if (!options.json) context.terminal.err(`  ${known.origin}\n`)
  print(known, json(plainRecord(known)))
  return 0
}

/** What it would store. */
async function planInstrument(options: InstrumentArguments, context: CommandContext): Promise<Plan> {
  checkForm(options)
  const store = await storeOf(options, context)
  const asked = await askedRecord(options.symbol, options, store, context.terminal.cwd)
  return { changes: asked === undefined ? [] : [await plannedRecord(asked, store)] }
}

/** @throws {@link CliError} `usage` */
function checkForm({ template, instrument, like }: InstrumentArguments): void {
  if (template && (instrument !== undefined || like !== undefined))
    throw new CliError('usage', 'A form takes no record. State --template, or --instrument or --like.')
}

/** A record of which all that costs money is left to say: an unfilled one is refused field by field. */
function formOf(symbol: string): object {
  const [base, quote] = currenciesOf(symbol) ?? [null, null]
  const unknown = { id: 1, name: symbol, digits: null, pipPosition: null, lotSize: null }
  const { minVolume, maxVolume, volumeStep, hours } = SYNTHETIC_EURUSD
  const costs = { commission: { type: 'usd-per-lot', rate: null }, swap: SWAP }
  return { ...unknown, minVolume, maxVolume, volumeStep, base, quote, costs, hours }
}

const SWAP = {
  unit: 'pips',
  long: null,
  short: null,
  tripleDay: 3,
  firstChargeMinute: 1260,
  periodHours: 24,
  skippedPeriods: 0,
  chargedAtWeekends: false,
}

const json = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`
