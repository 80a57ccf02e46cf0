// Who runs from this folder: an install would take the packages from under them. Imports node built-ins only.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identityOf, lives, nowText, textOf } from './processes.mjs'

/** Notes in a folder that this process runs, until it ends; where nothing can be written, nobody can install either. */
export function noteRunning(folder) {
  const file = join(folder, `${process.pid}.json`)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, JSON.stringify({ ...identityOf(process.pid), since: nowText() }))
  } catch {
    return
  }
  process.once('exit', () => rmSync(file, { force: true }))
}

/** Another process that runs, of those that a folder notes; the notes of the dead are removed. */
export function otherRunning(folder) {
  for (const name of namesIn(folder)) {
    const file = join(folder, name)
    const noted = parsed(textOf(file))
    if (noted?.pid === process.pid) continue
    if (noted !== undefined && lives(noted)) return noted
    rmSync(file, { force: true })
  }
  return undefined
}

function namesIn(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
