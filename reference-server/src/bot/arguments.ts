import { parseArgs } from 'node:util'
import { AccountType, BotId, type InstanceRef } from '@openclaw-trading/control-plane/client'
import { ServerError } from '../errors.ts'

/** What the worker says on the command line: no secret, and nothing that changes from start to start. */
export interface BotArguments {
  readonly ref: InstanceRef
  /** In a replay: spins instead of sleeping while it waits for the venue. */
  readonly replayPolling: boolean
  /** A module with further strategies. */
  readonly strategiesFile: string | undefined
}

/** Reads `--bot S03 --account-type demo [--strategies FILE]`. @throws {@link ServerError} `config-invalid` */
export function readBotArguments(args: readonly string[]): BotArguments {
  const options = {
    bot: { type: 'string' },
    'account-type': { type: 'string' },
    strategies: { type: 'string' },
    'replay-polling': { type: 'boolean' },
  } as const
  try {
    const { values } = parseArgs({ args: [...args], options })
    return {
      ref: { botId: BotId.parse(values.bot), accountType: AccountType.parse(values['account-type']) },
      replayPolling: values['replay-polling'] ?? false,
      strategiesFile: values.strategies,
    }
  } catch (cause) {
    throw new ServerError('config-invalid', 'A bot is started with --bot <id> --account-type demo|live.', {
      cause,
    })
  }
}
