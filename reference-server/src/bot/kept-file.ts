import { createHash } from 'node:crypto'
import { open, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Whose a file in the folder of a bot is: an account of one environment, and what more it depends on. */
export interface KeptFor {
  readonly environment: string
  readonly account: number
  /** Name of the strategy. */
  readonly strategy?: string
  /** The broker's name of what it trades. */
  readonly symbol?: string
}

/** Where a bot runs, as its start message tells. */
export interface BotPlace {
  readonly stateDir: string
  readonly environmentName: string
  readonly broker: { readonly ctidTraderAccountId: number }
}

/**
 * Path of a file in the folder of a bot. Each owner has its own, so that what one keeps is still there when the bot comes
 * back to it.
 */
export function keptPath(folder: string, kind: string, extension: string, owner: KeptFor): string {
  const { environment, account, strategy = '', symbol = '' } = owner
  const readable = (strategy || environment).replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 40)
  const key = JSON.stringify([environment, account, strategy, symbol])
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 16)
  return join(folder, `${kind}-${readable}-${hash}.${extension}`)
}

/** Replaces a file whole; it is on the disk when this resolves, and the old one stays when it rejects. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const handle = await open(`${file}.new`, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await moveFile(`${file}.new`, file)
}

/** Gives a file another name in its folder, durably; one that has the name is gone. */
export async function moveFile(from: string, to: string): Promise<void> {
  await rename(from, to)
  // The new name is durable once its folder is.
  const folder = await open(dirname(to), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
