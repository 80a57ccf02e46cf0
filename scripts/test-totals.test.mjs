import { describe, expect, it } from 'vitest'
import { lineOf, totalsOf } from './test.mjs'

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
})
