// A reporter that names the tests which passed at their second try: they pass the run, but they are not hidden by it.
import { relative } from 'node:path'
import { root } from './install.mjs'

/** Collects while the run goes on, and tells at its end. */
// biome-ignore lint/style/noDefaultExport: vitest takes the default export of a reporter.
export default class SecondTries {
  #lines = []

  onTestCaseResult(test) {
    const { flaky, retryCount } = test.diagnostic() ?? {}
    if (!flaky) return
    const [first] = test.result().errors ?? []
    const reason = (first?.message ?? 'no reason told').split('\n')[0].slice(0, 300)
    this.#lines.push(
      `PASSED AT TRY ${retryCount + 1}: ${relative(root, test.module.moduleId)}: ${test.fullName}: ${reason}`,
    )
  }

  onTestRunEnd() {
    for (const line of this.#lines) console.log(line)
  }
}
