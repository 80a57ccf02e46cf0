import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './install.mjs'
import { failuresOf, lineOf, totalsOf } from './test.mjs'

const file = (status, assertionResults = []) => ({ status, assertionResults })

describe('the last line of npm test', () => {
  it('names passed and failed, and skipped only when there are some', () => {
    expect(lineOf({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed')
    expect(lineOf({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped')
  })

  it('counts a file that could not be loaded as one failed test', () => {
    const report = {
      numPassedTests: 5,
      numFailedTests: 1,
      numPendingTests: 2,
      numTodoTests: 1,
      testResults: [file('passed', [{}]), file('failed', [{}]), file('failed')],
    }
    expect(totalsOf(report)).toEqual({ passed: 5, failed: 2, skipped: 3 })
  })

  it('stands below the failed tests, with their files and the first line of what went wrong', () => {
    const failed = {
      status: 'failed',
      fullName: 'a stop fills',
      failureMessages: ['expected 1 to be 2\n  at x'],
    }
    const testResults = [
      { ...file('failed', [{ status: 'passed' }, failed]), name: join(root, 'e2e', 'a.test.ts') },
      { ...file('failed'), name: join(root, 'b.test.ts'), message: 'no such module' },
      { ...file('passed', [{ status: 'passed' }]), name: join(root, 'c.test.ts') },
    ]
    expect(failuresOf({ testResults })).toEqual([
      'FAILED: e2e/a.test.ts: a stop fills: expected 1 to be 2',
      'FAILED: b.test.ts: no such module',
    ])
  })
})
