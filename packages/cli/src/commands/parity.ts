import { InvalidArgumentError } from 'commander'
import type { Register } from '../command.ts'
import { wholeNumber } from '../option-values.ts'
import { type ParityArguments, runParity } from '../parity/run-parity.ts'

/** Adds `claw parity`. */
export const registerParity: Register = (program, done) => {
  program
    .command('parity')
    .argument('<session>', 'the recording of a session, a file')
    .argument('[strategy]', 'a file, an id, or S01 to S09; default: the one that was recorded')
    .description('Replays a recorded session on its own quotes and compares it trade by trade.')
    .option('--min-score <score>', 'exit 12 when the score is less, or there is none; 0 to 1', share)
    .option('--tolerance <seconds>', 'between entries that are one trade', wholeNumber(0, 86_400), 60)
    .option('--latency <ms>', 'of the venue; default: as recorded, else 50', wholeNumber(0, 60_000))
    .option('--limit <rows>', 'of the table', wholeNumber(0, 1_000_000), 20)
    .option('--json', 'one JSON object on stdout', false)
    .action((session: string, strategy: string | undefined, options: Omit<ParityArguments, 'session'>) => {
      const chosen: ParityArguments = { ...options, session, ...(strategy !== undefined && { strategy }) }
      done({
        command: 'parity',
        options: chosen,
        json: options.json,
        runsStrategies: true,
        dryRun: 'changes-nothing',
        run: context => runParity(chosen, context),
      })
    })
}

function share(text: string): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('It must be a number from 0 to 1.')
}
