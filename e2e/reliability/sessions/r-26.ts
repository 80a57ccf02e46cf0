import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Scenario, ScenarioResult } from '../scenario.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
/** Least number of sessions. */
export const LEAST_SESSIONS = 80

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
    }[]
  }[]
}

/** Plays every scripted session and looks what of the protocol they have met, against a venue with a fault when one is planted. */
export async function runSessions(seed: number, plantedFault?: object): Promise<ScenarioResult> {
  const report = await testReport(plantedFault)
  const sessions = report.testResults
    .flatMap(file => file.assertionResults)
    .filter(({ ancestorTitles }) => ancestorTitles.includes('a session with the venue'))
  const failed = report.testResults
    .flatMap(file => file.assertionResults)
    .filter(({ status }) => status === 'failed')
  const passed = sessions.filter(({ status }) => status === 'passed').length
  const counts = { sessions: sessions.length, passed }
  const violations = failed.slice(0, 10).map(({ title }) => `"${title}" did not hold`)
  if (sessions.length < LEAST_SESSIONS)
    violations.push(`${sessions.length} sessions were played, not ${LEAST_SESSIONS}`)
  const pass = violations.length === 0
  return { scenario: 'R-26', seed, counts, pass, ...(pass ? {} : { violations }) }
}

/** Sessions hold their expectations as matchers of the test runner, so it plays them. */
async function testReport(plantedFault: object | undefined): Promise<Report> {
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    'e2e',
    'e2e/sessions/sessions.e2e.test.ts',
    '--reporter=json',
    '-t',
    'a session with the venue|the set of sessions',
  ]
  const env = {
    ...process.env,
    ...(plantedFault ? { CLAW_PLANTED_FAULT: JSON.stringify(plantedFault) } : {}),
  }
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8')
  for await (const chunk of child.stdout) text += chunk
  return JSON.parse(text.slice(text.indexOf('{'))) as Report
}

/** The venue behaves as recorded. */
export const sessionsScenario: Scenario = {
  id: 'R-26',
  promise: 'Every scripted session with the venue goes as the broker’s own did.',
  sizes: [],
  run: ({ seed }) => runSessions(seed),
}
