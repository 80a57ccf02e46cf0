import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { CTraderError } from '../../errors.ts'
import { codeOf, unavailable } from '../durable-file.ts'
import type { HistoryStore } from './history-store.ts'

/** The package whose store `--store` fills. It is the user's to install; nothing here depends on it. */
const ENGINE = '@openclaw-trading/bot-engine'
/** Config files of a project, which may state where its data lie. */
const CONFIGS = ['claw.config.ts', 'claw.config.mjs', 'claw.config.js']

/** A store and where it lies. */
export interface OpenedStore {
  readonly path: string
  readonly store: HistoryStore
}

interface EngineData {
  openDataStore(folder: string): HistoryStore
  readonly DEFAULT_STORE_FOLDER: string
}

/**
 * Opens a store with the engine that is installed in the working folder, else beside this package.
 *
 * @param asked the folder, or `true`: that of the project around the working folder
 * @param places folders to look for the engine from, in this order
 * @throws CTraderError `invalid-argument` when the engine is not installed, or the project states a folder of its own
 */
export async function openInstalledStore(
  asked: string | true,
  cwd: string,
  places: readonly string[] = [cwd, dirname(fileURLToPath(import.meta.url))],
): Promise<OpenedStore> {
  const { openDataStore, DEFAULT_STORE_FOLDER } = await loadEngine(places)
  const path = asked === true ? join(await projectFolder(cwd), DEFAULT_STORE_FOLDER) : resolve(cwd, asked)
  return { path, store: translated(openDataStore(path), path) }
}

async function loadEngine(places: readonly string[]): Promise<EngineData> {
  for (const place of places) {
    const file = resolveFrom(place)
    if (file === undefined) continue
    const module = (await import(pathToFileURL(file).href)) as Partial<EngineData>
    const { openDataStore, DEFAULT_STORE_FOLDER } = module
    if (typeof openDataStore === 'function' && typeof DEFAULT_STORE_FOLDER === 'string')
      return { openDataStore, DEFAULT_STORE_FOLDER }
  }
  throw wrong(
    `--store needs ${ENGINE}, whose store backtests read, and ${places[0]} has none. Run: npm install ${ENGINE}. Without --store the rows are CSV.`,
    `${ENGINE} of this version, installed`,
  )
}

function resolveFrom(place: string): string | undefined {
  try {
    return createRequire(join(place, 'package.json')).resolve(`${ENGINE}/data`)
  } catch (cause) {
    const code = codeOf(cause)
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return undefined
    throw cause
  }
}

/** The folder with a `claw.config`, here or above, else the working folder: as the command `claw` finds it. */
async function projectFolder(cwd: string): Promise<string> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const config = CONFIGS.map(name => join(folder, name)).find(file => existsSync(file))
    if (config !== undefined) {
      await checkConfig(config)
      return folder
    }
    if (dirname(folder) === folder) return cwd
  }
}

/** A config is a program that only `claw` runs: where it speaks of a folder, the user must name it. */
async function checkConfig(config: string): Promise<void> {
  const text = await readFile(config, 'utf8').catch((cause: unknown) => {
    throw unavailable(config, 'read', cause)
  })
  if (!text.includes('dataDir')) return
  throw wrong(
    `${config} states a dataDir of its own. Name that folder: --store FOLDER. Or let claw find it: claw data get.`,
    'a folder',
  )
}

/** The store with failures in the words of this package. */
function translated(store: HistoryStore, path: string): HistoryStore {
  const told = (cause: unknown): unknown => {
    const code = codeOf(cause)
    if (!(cause instanceof Error) || !(code === 'not-writable' || code?.startsWith('data-') === true))
      return cause
    const kind =
      code === 'data-invalid' || code === 'data-out-of-order' ? 'state-damaged' : 'state-unavailable'
    return new CTraderError(kind, cause.message.replace(/^\[[a-z-]+\] /, ''), { path }, { cause })
  }
  const tell = (cause: unknown): never => {
    throw told(cause)
  }
  return {
    list() {
      try {
        return store.list()
      } catch (cause) {
        return tell(cause)
      }
    },
    write: rows => store.write(rows).catch(tell),
    writeInstrument: record => store.writeInstrument(record).catch(tell),
  }
}

function wrong(what: string, expected: string): CTraderError<'invalid-argument'> {
  return new CTraderError('invalid-argument', `${what} Allowed: ${expected}.`, { path: 'store', expected })
}
