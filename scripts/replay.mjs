// `npm run replay -- --ticks FILE`: installs and builds what is missing, then becomes `claw replay`.
import { join } from 'node:path'
import { argv, execPath } from 'node:process'
import { pathToFileURL } from 'node:url'
import { ensureInstalled, root, run } from './install.mjs'

await ensureInstalled()
const { isBuilt } = await import('./build.mjs')
// The bundlers run in a process of their own, so that the replay does not carry their memory.
if (!isBuilt()) {
  const code = await run(execPath, [join(root, 'scripts', 'build.mjs')], { stdio: ['ignore', 2, 2] })
  if (code !== 0) process.exit(code)
}
// In this process, not in a child: signals and the exit code need no forwarding.
const main = join(root, 'packages', 'cli', 'dist', 'main.js')
process.argv = [execPath, main, 'replay', ...argv.slice(2)]
await import(pathToFileURL(main).href)
