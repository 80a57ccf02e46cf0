import { join } from 'node:path'
import { type BotLaunch, ControlPlaneError } from '@openclaw-trading/control-plane'
import { type InstanceRef, makeFolder } from '@openclaw-trading/control-plane/client'
import type { DataDir } from './data-dir.ts'
import { entryOf } from './entries.ts'
import { isPolling } from './environment.ts'
import type { ServerEnvironment, ServerOptions } from './server-options.ts'
import type { StrategyRegistry } from './strategies/registry.ts'
import type { VenueProcess } from './venue/venue-process.ts'

/** What a bot is started from. */
export interface BotLauncherParts {
  readonly ground: {
    readonly options: ServerOptions
    readonly environment: ServerEnvironment
    readonly dataDir: DataDir
    readonly registry: StrategyRegistry
  }
  readonly venue: VenueProcess
  readonly environmentName: string
  readonly apiUrl: string
}

/** Makes the function by which the worker learns how to start an instance; secrets travel in `start` only. */
export function botLauncher(parts: BotLauncherParts): (ref: InstanceRef) => Promise<BotLaunch> {
  const { options, environment, dataDir, registry } = parts.ground
  return async ref => {
    registry.get(ref.botId)
    if (ref.accountType === 'live')
      throw new ControlPlaneError(
        'process-failed',
        `${ref.botId} cannot run live: this server trades on a simulated venue only.`,
      )
    const access = parts.venue.access
    if (access === undefined)
      throw new ControlPlaneError(
        'process-failed',
        'The simulated venue is down. It is started again; the bot follows.',
        {
          retryable: true,
        },
      )
    const folder = `${ref.botId}-${ref.accountType}`
    const stateDir = join(dataDir.bots, folder)
    makeFolder(stateDir, 0o700)
    const { file, execArgv } = entryOf('bot')
    const { venueId: _venueId, ...broker } = access
    return {
      entry: file,
      execArgv,
      args: [
        ...['--bot', ref.botId, '--account-type', ref.accountType],
        ...(isPolling(environment) ? ['--replay-polling'] : []),
        ...(options.strategiesFile === undefined ? [] : ['--strategies', options.strategiesFile]),
      ],
      env: {},
      logFile: join(dataDir.logs, `${folder}.log`),
      start: {
        apiUrl: parts.apiUrl,
        stateDir,
        environmentName: parts.environmentName,
        broker: options.brokerAccess?.(broker) ?? broker,
        ...(options.quoteSilence === undefined ? {} : { quoteSilence: options.quoteSilence }),
        ...(options.recordSessions === true && { recordSessions: true }),
      },
    }
  }
}
