import { type ChildProcess, fork } from 'node:child_process'
import { hostname } from 'node:os'
import { isAbsolute } from 'node:path'
import { ControlPlaneError } from '../errors.ts'
import { errorText } from '../logger.ts'
import { identifyProcess, isProcessAlive, signalProcess } from './identity.ts'
import { createOutputLog, type OutputLimits, type OutputLog } from './output-log.ts'
import type { HostedProcess, ProcessExit, ProcessHost, ProcessSpec } from './process-host.ts'

// What a node process needs to find programs, files and certificates. Secrets travel over the channel only.
const PASSED_ON = [
  'PATH',
  'HOME',
  'TZ',
  'LANG',
  'TMPDIR',
  'NODE_ENV',
  'NODE_EXTRA_CA_CERTS',
  'SystemRoot',
] as const

function childEnvironment(extra: Readonly<Record<string, string>>): Record<string, string> {
  const env: Record<string, string> = {}
  for (const name of PASSED_ON) {
    // biome-ignore lint/style/noProcessEnv: an allow-list handed on to the child; none of them is a setting of ours.
    const value = process.env[name]
    if (value !== undefined) env[name] = value
  }
  return { ...env, ...extra }
}

function whenExited(child: ChildProcess, log: OutputLog): Promise<ProcessExit> {
  return new Promise(resolve => {
    let exit: ProcessExit | undefined
    child.once('exit', (code, signal) => {
      exit = { code, signal }
      // A grandchild may hold the pipes open; the output read so far must do then.
      setTimeout(() => finish(), 500).unref()
    })
    child.once('close', () => finish())
    const finish = (): void => {
      log.close()
      if (exit !== undefined) resolve(exit)
    }
  })
}

function whenSpawned(child: ChildProcess, entry: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(
        new ControlPlaneError(
          'process-failed',
          `${entry} could not be started: ${errorText(error)}. Check that node and the file can be run.`,
          { cause: error },
        ),
      )
    child.once('error', fail)
    child.once('spawn', () => {
      child.removeListener('error', fail)
      // Later errors are those of a closed channel; the exit tells the rest.
      child.on('error', () => {})
      resolve(child.pid ?? 0)
    })
  })
}

function forkChild(spec: ProcessSpec): ChildProcess {
  if (!isAbsolute(spec.entry))
    throw new ControlPlaneError(
      'invalid-options',
      `The entry "${spec.entry}" is not an absolute path. Take it from the registry of the server.`,
    )
  return fork(spec.entry, [...spec.args], {
    env: childEnvironment(spec.env ?? {}),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'json',
    ...(spec.execArgv === undefined ? {} : { execArgv: [...spec.execArgv] }),
    ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
  })
}

async function startChild(host: string, spec: ProcessSpec, limits: OutputLimits): Promise<HostedProcess> {
  const child = forkChild(spec)
  const log = createOutputLog(spec.logFile ?? null, limits)
  child.stdout?.on('data', log.append)
  child.stderr?.on('data', log.append)
  const exited = whenExited(child, log)
  const disconnected = new Promise<void>(resolve => child.once('disconnect', resolve))
  const early: unknown[] = []
  let listener: (message: unknown) => void = message => early.push(message)
  child.on('message', message => listener(message))
  const pid = await whenSpawned(child, spec.entry).catch(error => {
    log.close()
    throw error
  })
  const identity = await identifyProcess(host, pid)
  if (identity === null) {
    // It has ended, or cannot be told from others later: then it must not run.
    child.kill('SIGKILL')
    await exited
    throw new ControlPlaneError(
      'process-failed',
      `${spec.entry} ended at once: ${log.tail().trim().slice(-500) || 'it printed nothing'}.`,
    )
  }
  return {
    identity,
    exited,
    disconnected: Promise.race([disconnected, exited.then(() => {})]),
    send: message => child.connected && child.send(message, () => {}),
    onMessage: next => {
      listener = next
      early.splice(0).forEach(next)
    },
    output: log.tail,
  }
}

/**
 * Bots as child processes of this one, with a private channel. When this process dies, the channel closes, and a bot
 * ends itself.
 * @param host - Names this machine in identities; the same as the worker's host name. Default: that of the system.
 */
export function createForkHost(host: string = hostname(), limits: OutputLimits = {}): ProcessHost {
  return {
    start: spec => startChild(host, spec, limits),
    isAlive: identity => isProcessAlive(host, identity),
    signal: (identity, signal) => signalProcess(host, identity, signal),
  }
}
