// `npm test [-- filter]`: installs and builds what is missing, runs every vitest project, and ends with one line of totals.
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { argv, execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { ensureInstalled, root, run } from './install.mjs'

/** Counts a vitest JSON report; a file that could not be run counts as one failed test. */
export function totalsOf(report) {
  const unrunnable = report.testResults.filter(
    file => file.status === 'failed' && file.assertionResults.length === 0,
  ).length
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unrunnable,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** The failed tests of a vitest JSON report, a line each: they stand above the totals, where the end of a long log is read. */
export function failuresOf(report) {
  return report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name)
    const failed = assertionResults.filter(result => result.status === 'failed')
    if (failed.length === 0 && status === 'failed') return [`FAILED: ${file}: ${firstLine(message)}`]
    return failed.map(
      ({ fullName, failureMessages }) => `FAILED: ${file}: ${fullName}: ${firstLine(failureMessages[0])}`,
    )
  })
}

function firstLine(text = '') {
  return text.split('\n')[0].slice(0, 300)
}

/** The line that readers and programs look for at the end. */
export function lineOf({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** Runs vitest and prints the line; resolves with the exit code. */
export async function test(filters) {
  const reportFile = join(tmpdir(), `openclaw-test-${process.pid}.json`)
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const code = await run(execPath, [
    vitest,
    'run',
    '--reporter=default',
    '--reporter=json',
    `--reporter=${join(root, 'scripts', 'second-tries.mjs')}`,
    `--outputFile.json=${reportFile}`,
    ...filters,
  ])
  if (code === 130 || code === 143) return code
  let totals = { passed: 0, failed: 0, skipped: 0 }
  try {
    const report = JSON.parse(readFileSync(reportFile, 'utf8'))
    totals = totalsOf(report)
    for (const line of failuresOf(report)) console.log(line)
  } catch (error) {
    console.error(`The test runner left no report (${error.message}).`)
  }
  rmSync(reportFile, { force: true })
  if (code !== 0 && totals.failed === 0) {
    console.error(`The test runner ended with code ${code} although no test failed: see the error above.`)
    totals.failed = 1
  }
  console.log(lineOf(totals))
  return totals.failed === 0 ? 0 : 1
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  await ensureInstalled()
  const { ensureBuilt } = await import('./build.mjs')
  await ensureBuilt()
  process.exit(await test(argv.slice(2)))
}
