import { existsSync, type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Editors write a file in several steps, some of them by way of another file. */
const SETTLE_MS = 30

/** Tells of saves of files; those while nobody waits are one. */
export class FileWatch {
  readonly #watchers = new Map<string, FSWatcher>()
  /** Names of files by their folder. */
  readonly #names = new Map<string, Set<string>>()
  #pending = false
  #waiting: (() => void) | undefined
  #settling: NodeJS.Timeout | undefined

  /** Watches these files from now on, and no others; one that is not there yet is told of when it appears. */
  watch(files: readonly string[]): void {
    this.#names.clear()
    for (const file of files) {
      const folder = dirname(file)
      if (existsSync(folder))
        this.#names.set(folder, (this.#names.get(folder) ?? new Set()).add(basename(file)))
    }
    for (const [folder, watcher] of this.#watchers)
      if (!this.#names.has(folder)) {
        watcher.close()
        this.#watchers.delete(folder)
      }
    // Folders, because many editors put a new file into the place of the old one.
    for (const folder of this.#names.keys())
      if (!this.#watchers.has(folder))
        this.#watchers.set(
          folder,
          watch(folder, (_event, name) => this.#onChange(folder, name)).on('error', () => {
            // A folder that was removed: what it held is missing, and the next run says so.
            this.#watchers.get(folder)?.close()
            this.#watchers.delete(folder)
            this.wake()
          }),
        )
  }

  /** Resolves at the next save, at once when there was one meanwhile. */
  next(): Promise<void> {
    if (!this.#pending)
      return new Promise(resolve => {
        this.#waiting = resolve
      })
    this.#pending = false
    return Promise.resolve()
  }

  /** As if a file had been saved. */
  wake(): void {
    if (this.#waiting === undefined) this.#pending = true
    this.#waiting?.()
    this.#waiting = undefined
  }

  /** Ends it. */
  close(): void {
    clearTimeout(this.#settling)
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
  }

  #onChange(folder: string, name: string | null): void {
    if (name !== null && this.#names.get(folder)?.has(name) !== true) return
    clearTimeout(this.#settling)
    this.#settling = setTimeout(() => this.wake(), SETTLE_MS)
  }
}
