// `npm start`: installs and builds what is missing, then becomes `claw up`. Arguments go on: `npm start -- --port 8001`.
import { argv, execPath } from 'node:process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureInstalled, root, RUNNING, run } from './install.mjs'
import { noteRunning } from './running.mjs'

await ensureInstalled()
const { isBuilt } = await import('./build.mjs')
// The bundlers run in a process of their own, so that the server does not carry their memory.
if (!isBuilt()) {
  const code = await run(execPath, [join(root, 'scripts', 'build.mjs')])
  if (code !== 0) process.exit(code)
}
noteRunning(RUNNING)
// In this process, not in a child: signals and the exit code need no forwarding.
const main = join(root, 'packages', 'cli', 'dist', 'main.js')
// The name of this script stays: by it the command knows what to tell as the way to start again.
process.argv = [execPath, argv[1], 'up', ...argv.slice(2)]
await import(pathToFileURL(main).href)
