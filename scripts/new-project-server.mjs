// What a new author does who wants to see bots run: asks for the server, adds it with the command that is told, asks again.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execPath } from 'node:process'
import { createInterface } from 'node:readline'

const SERVER = '@openclaw-trading/reference-server'
const ASKED = new RegExp(`npm install ${SERVER}@\\d+\\.\\d+\\.\\d+`)

/** Starts the server of a project, looks at its page and its fleet, and ends it. */
async function tryUp(project, env) {
  const main = join(project, 'node_modules', '@openclaw-trading', 'cli', 'dist', 'main.js')
  const up = spawn(execPath, [main, 'up', '--port', '0', '--json'], { cwd: project, env })
  let told = ''
  up.stderr.on('data', text => (told += text))
  const ended = once(up, 'exit')
  try {
    const line = await Promise.race([once(createInterface(up.stdout), 'line'), ended])
    if (typeof line[0] !== 'string') throw new Error(`claw up ended with code ${line[0]}: ${told}`)
    const { url } = JSON.parse(line[0]).data
    const page = await (await fetch(url)).text()
    if (!page.includes('<script type="module"'))
      throw new Error(`${url} is no dashboard: ${page.slice(0, 300)}`)
    const { lanes } = await (await fetch(`${url}/dashboard/data`)).json()
    if (lanes.demo[0]?.botId !== 'S03')
      throw new Error(`S03 is not on the demo lane: ${JSON.stringify(lanes)}`)
  } finally {
    up.kill('SIGINT')
    await ended
  }
}

/** @throws when `claw up` does not say how to get the server, or the server does not run with what it said */
export async function tryServer(run, project, tarballs, env) {
  // Where this runs as root, the database runs as another user, who has to pass through.
  chmodSync(dirname(project), 0o711)
  const told = await run('npx', ['claw', 'up'], project).then(
    () => 'nothing',
    error => error.stderr,
  )
  if (!ASKED.test(told)) throw new Error(`claw up does not say how to get the server, but: ${told}`)
  const packed = readdirSync(tarballs).find(file => file.startsWith('openclaw-trading-reference-server-'))
  await run('npm', ['install', '--no-audit', '--no-fund', join(tarballs, packed)], project)
  await tryUp(project, env)
  console.log('ok     and its server, after the one command that claw up asks for')
}
