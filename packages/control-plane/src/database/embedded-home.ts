import { createHash, randomBytes } from 'node:crypto'
import { chmod, link, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { ControlPlaneError, isControlPlaneError } from '../errors.ts'
import { errorText } from '../logger.ts'
import { makeFolder } from '../make-folder.ts'
import { errorCode } from './pg-errors.ts'

/** The user that the server runs as when this process is root, which PostgreSQL refuses to run as. */
export interface ServerAccount {
  /** User id. */
  readonly uid: number
  /** Group id. */
  readonly gid: number
}

/** Where one embedded database lives. */
export interface EmbeddedHome {
  /** As asked for. */
  readonly dir: string
  /** Where it is: `dir`, or a folder under `/var/lib` that {@link ServerAccount} can reach. */
  readonly home: string
  /** The cluster. */
  readonly dataDir: string
  /** Null: the server runs as this user. */
  readonly account: ServerAccount | null
}

const NOBODY: ServerAccount = { uid: 65534, gid: 65534 }
// Not under /tmp: the cluster must outlive a reboot, and only root may put binaries there that root then runs.
const RELOCATION_BASE = '/var/lib/openclaw-trading'

/** Finds `postgres`, else `nobody`, in the text of /etc/passwd. */
export function parseAccount(passwd: string): ServerAccount {
  for (const name of ['postgres', 'nobody']) {
    const fields = passwd
      .split('\n')
      .find(line => line.startsWith(`${name}:`))
      ?.split(':')
    const uid = Number(fields?.[2])
    const gid = Number(fields?.[3])
    if (Number.isInteger(uid) && Number.isInteger(gid) && uid > 0) return { uid, gid }
  }
  return NOBODY
}

async function serverAccount(): Promise<ServerAccount | null> {
  if (process.getuid?.() !== 0) return null
  return parseAccount(await readFile('/etc/passwd', 'utf8').catch(() => ''))
}

/** Tells whether a user may enter a folder and all above it (owner, group and other bits; no ACLs). */
export async function canEnter(account: ServerAccount, folder: string): Promise<boolean> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const { mode, uid, gid } = await stat(path)
    const needed = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
    if ((mode & needed) === 0) return false
    if (path === dirname(path)) return true
  }
}

/** Turns a failure of the file system into a message with what to do. */
export function fileFailure(error: unknown, path: string): ControlPlaneError {
  if (isControlPlaneError(error)) return error
  const code = errorCode(error)
  const advice =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'The disk is full. Free some space (a new database needs 50 MB), then start again.'
      : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'This user may not write there. Give it the folder, start from a folder that is yours, or set DATABASE_URL to a PostgreSQL of your own.'
        : 'Check the folder, or set DATABASE_URL to a PostgreSQL of your own.'
  return new ControlPlaneError(
    'embedded-database-failed',
    `The embedded database cannot use ${path}: ${errorText(error)}. ${advice}`,
    { cause: error, details: { path, systemCode: code } },
  )
}

/** Makes a folder that the server's user can pass through; folders that exist keep their modes. */
async function makePassage(folder: string): Promise<void> {
  const made = makeFolder(folder, 0o711)
  if (process.platform === 'win32') return
  // The umask may have taken the x bits from the folders just made.
  for (const path of made) await chmod(path, 0o711)
}

async function relocate(dir: string): Promise<string> {
  const home = join(RELOCATION_BASE, createHash('sha256').update(dir).digest('hex').slice(0, 16))
  await makePassage(home)
  await writeFile(join(dir, 'location'), `${home}\n`)
  return home
}

/** Makes the folder of an embedded database, or finds it. @throws {@link ControlPlaneError} `embedded-database-failed` */
export async function prepareHome(folder: string): Promise<EmbeddedHome> {
  const dir = resolve(folder)
  try {
    const account = await serverAccount()
    await makePassage(dir)
    const noted = (await readFile(join(dir, 'location'), 'utf8').catch(() => '')).trim()
    let home = dir
    if (account !== null && noted !== '') {
      await makePassage(noted)
      home = noted
    } else if (account !== null && !(await canEnter(account, dir))) home = await relocate(dir)
    return { dir, home, dataDir: join(home, 'data'), account }
  } catch (error) {
    throw fileFailure(error, dir)
  }
}

/** The database's password: made once, kept in a file that only this user can read. */
export async function keepPassword(home: EmbeddedHome): Promise<string> {
  const file = join(home.home, 'password')
  const read = async (): Promise<string> => (await readFile(file, 'utf8')).trim()
  try {
    return await read()
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw fileFailure(error, file)
  }
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flush: true })
    await link(draft, file).catch(error => {
      if (errorCode(error) !== 'EEXIST') throw error
    })
    return await read()
  } catch (error) {
    throw fileFailure(error, file)
  } finally {
    await rm(draft, { force: true })
  }
}
