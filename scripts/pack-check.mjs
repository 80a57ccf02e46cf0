// Packs every published package and checks what users would get: exports, types, files and size.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { promisify } from 'node:util'
import { execFile as execFileCallback } from 'node:child_process'
import { ensureInstalled, root } from './install.mjs'
import { ensureBuilt } from './build.mjs'
import { tryNewProject } from './new-project-check.mjs'
import { PUBLISHED } from './targets.mjs'

const execFile = promisify(execFileCallback)
// The core must stay small; control-plane embeds its migrations and ctrader-client the generated protocol. Of the largest,
// bot-engine with 1.03 MB, a good half are source maps with their sources, by which authors step into the engine.
const MAX_PACKED_BYTES = 1_150_000
const shell = process.platform === 'win32'

async function pack(workspace, folder) {
  const { stdout } = await execFile(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    {
      cwd: join(root, workspace),
      shell,
    },
  )
  const [{ filename, files, size }] = JSON.parse(stdout)
  return { tarball: join(folder, filename), files: files.map(file => file.path), size }
}

async function problemsOf(workspace, folder) {
  const manifest = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'))
  const { tarball, files, size } = await pack(workspace, folder)
  const problems = []
  for (const needed of ['README.md', 'LICENSE', 'package.json'])
    if (!files.includes(needed)) problems.push(`${needed} is not packed`)
  // The test in a template, or of a strategy to copy, is a file of the project that is made of it.
  const strays = files.filter(
    file => !/^(template|strategies)\//.test(file) && /\.test\.|(^|\/)(src|test)\//.test(file),
  )
  if (strays.length > 0) problems.push(`packs ${strays.slice(0, 3).join(', ')}`)
  if (size > MAX_PACKED_BYTES) problems.push(`is ${size} bytes packed, more than ${MAX_PACKED_BYTES}`)
  const tool = async (name, file, args) => {
    try {
      await execFile(execPath, [join(root, 'node_modules', ...name, file), ...args], {
        maxBuffer: 16 * 1024 * 1024,
      })
    } catch (error) {
      problems.push(`${name.at(-1)}: ${error.stdout}${error.stderr}`)
    }
  }
  await tool(['publint'], 'src/cli.js', ['run', join(root, workspace), '--strict'])
  // What has none (the server, the reference strategies, which are not for import by others) has no types to check.
  if (JSON.stringify(manifest.exports ?? {}).includes('"types"'))
    await tool(['@arethetypeswrong', 'cli'], 'dist/index.js', [
      tarball,
      '--profile',
      'esm-only',
      '--no-emoji',
      '--no-color',
    ])
  return problems
}

await ensureInstalled()
await ensureBuilt({ types: true })
const folder = mkdtempSync(join(tmpdir(), 'openclaw-pack-'))
let failed = false
try {
  for (const workspace of PUBLISHED) {
    const problems = await problemsOf(workspace, folder)
    failed ||= problems.length > 0
    console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${workspace}`)
    for (const problem of problems) console.log(problem.replaceAll(/^/gm, '       '))
  }
  failed = !(await tryNewProject(folder)) || failed
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit(failed ? 1 : 0)
