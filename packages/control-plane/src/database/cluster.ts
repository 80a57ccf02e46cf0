import { execFile } from 'node:child_process'
import { chown, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ControlPlaneError } from '../errors.ts'
import type { PostgresBinaries } from './binaries.ts'
import { type EmbeddedHome, fileFailure } from './embedded-home.ts'
import { errorCode } from './pg-errors.ts'

/** Name of the superuser and of the database. */
export const DATABASE_NAME = 'claw'

const run = promisify(execFile)

/** The environment of the server's programs: nothing of ours, so no secret leaks into it. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  // biome-ignore lint/style/noProcessEnv: programs are found and loaded through these; they are no settings of ours.
  const { PATH, SystemRoot } = process.env
  return {
    LC_ALL: 'C',
    TZ: 'UTC',
    ...(PATH === undefined ? {} : { PATH }),
    ...(SystemRoot === undefined ? {} : { SystemRoot }),
  }
}

/** Explains why one of the server's programs failed, from what it printed. */
export function explainOutput(output: string, home: EmbeddedHome, doing: string): ControlPlaneError {
  const lines = output.trim().split('\n')
  const reason = lines.findLast(line => /FATAL|PANIC|error:/.test(line)) ?? lines.at(-1) ?? ''
  const advice = /No space left|disk full/i.test(output)
    ? 'The disk is full. Free some space, then start again.'
    : /Permission denied/i.test(output)
      ? `The server's user may not use ${home.home}. Give it the folder, or set DATABASE_URL to a PostgreSQL of your own.`
      : `See ${join(home.home, 'server.log')}, or set DATABASE_URL to a PostgreSQL of your own.`
  return new ControlPlaneError(
    'embedded-database-failed',
    `The embedded database in ${home.home} could not be ${doing}: ${reason.trim() || 'it said nothing'}. ${advice}`,
    { details: { output: lines.slice(-20).join('\n') } },
  )
}

async function readMajor(home: EmbeddedHome): Promise<string | null> {
  try {
    return (await readFile(join(home.dataDir, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw fileFailure(error, home.dataDir)
  }
}

/** Removes what a start that was killed during initdb has left. */
async function removeDrafts(home: EmbeddedHome): Promise<void> {
  for (const name of await readdir(home.home))
    if (/^data\.[A-Za-z0-9]{6}(-password)?$/.test(name))
      await rm(join(home.home, name), { recursive: true, force: true })
}

/** Runs initdb in a folder beside the cluster; the cluster appears complete, by a rename, or not at all. */
async function initialise(
  home: EmbeddedHome,
  binaries: PostgresBinaries,
  password: string,
  fsync: boolean,
): Promise<void> {
  await removeDrafts(home)
  const draft = await mkdtemp(`${home.dataDir}.`)
  const passwordFile = `${draft}-password`
  const { account } = home
  try {
    await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' })
    if (account !== null) {
      await chown(draft, account.uid, account.gid)
      await chown(passwordFile, account.uid, account.gid)
    }
    const options = ['-D', draft, '-U', DATABASE_NAME, `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
    options.push('--encoding=UTF8', '--locale=C', '--no-instructions', ...(fsync ? [] : ['--no-sync']))
    await run(binaries.initdb, options, { env: serverEnvironment(), cwd: draft, ...(account ?? {}) })
    await rename(draft, home.dataDir)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    const failure = error as { stderr?: string; stdout?: string }
    if (typeof failure.stderr === 'string')
      throw explainOutput(`${failure.stdout}\n${failure.stderr}`, home, 'created')
    throw fileFailure(error, home.dataDir)
  } finally {
    await rm(passwordFile, { force: true })
  }
  if (fsync && process.platform !== 'win32') {
    const folder = await open(home.home)
    await folder.sync().finally(() => folder.close())
  }
}

/** Creates the cluster when there is none. Call under the lock. @throws {@link ControlPlaneError} `embedded-database-failed` */
export async function ensureCluster(
  home: EmbeddedHome,
  binaries: PostgresBinaries,
  password: string,
  fsync: boolean,
): Promise<void> {
  const found = await readMajor(home)
  if (found === null) return initialise(home, binaries, password, fsync)
  const major = binaries.version.split('.')[0] ?? ''
  if (found !== major)
    throw new ControlPlaneError(
      'embedded-database-failed',
      `The database in ${home.dataDir} is of PostgreSQL ${found}, this version brings ${major}. Start the version that made it and move the data with pg_dump, or set DATABASE_URL to a PostgreSQL ${found}.`,
    )
}
