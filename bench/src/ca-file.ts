import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Writes the certificate of a server of this process where its contestants find it; it goes when the process ends. */
export function writeCaFile(pem: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'claw-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  // Ends by a signal run nothing of `exit`.
  process.once('SIGTERM', () => process.exit(0))
  const file = join(folder, 'ca.pem')
  writeFileSync(file, pem)
  return file
}
