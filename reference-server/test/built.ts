import { type Entry, type EntryName, entryOf } from '../src/entries.ts'
import type * as Server from '../src/index.ts'

const dist = new URL('../dist/index.js', import.meta.url).href

/** A child process as users run it: from what is built, which begins five times faster than the sources through tsx. */
export const builtEntry = (name: EntryName): Entry => entryOf(name, dist)

/** The built server, whose children are the built ones. */
export const builtServer = async (): Promise<typeof Server> => (await import(dist)) as typeof Server
