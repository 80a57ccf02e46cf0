import { ScaffoldError } from './errors.ts'

const LEAST = [20, 19] as const

/** Refuses a Node that is too old to run what is made. @throws {@link ScaffoldError} `node-too-old` */
export function checkNode(version: string): void {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return
  throw new ScaffoldError(
    'node-too-old',
    `Node ${version.replace(/^v/, '')} is not supported (needs ${LEAST.join('.')} or later). Install Node 24 LTS from nodejs.org, or run "nvm install 24".`,
  )
}
