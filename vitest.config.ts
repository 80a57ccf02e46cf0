import { defineConfig } from 'vitest/config'
import { LongestFirst } from './scripts/longest-first.ts'

// Vitest hands these to Node as --conditions, also for require: 'import' and 'default' must not be among them.
const conditions = ['@openclaw-trading/source', 'node', 'module']
const shared = { resolve: { conditions }, ssr: { resolve: { conditions, externalConditions: conditions } } }

// Processes that tests start run from `dist`. One PostgreSQL for all test files of a run; each file clones its own
// database from a migrated template.
const globalSetup = ['scripts/built.setup.mjs', 'packages/control-plane/src/testing/global-setup.ts']

// Counterparties are processes and sockets: a busy machine takes longer than vitest's second.
const patient = { poll: { timeout: 20_000 } }

// Dozens of processes on a shared machine: a stall of it must not refuse a change. A test that needs the second try is
// named at the end of the run (scripts/second-tries.mjs); the unit tests, which share nothing, get none.
const retry = 1

// They count what happens within a second: a second file beside them would be counted too.
const alone = [
  'packages/ctrader-client/test/shared-budget.integration.test.ts',
  'packages/ctrader-simulator/test/limits.integration.test.ts',
]

// Each starts processes, sockets, whole systems: more than two at a time would measure the machine.
const twoAtATime = {
  globalSetup,
  sequence: { groupOrder: 2 },
  maxWorkers: 2,
  expect: patient,
  retry,
  testTimeout: 180_000,
  hookTimeout: 120_000,
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          maxWorkers: 2,
          // They share nothing but modules, whose loading would take half of their time.
          isolate: false,
          // Some walk through millions of rows: a busy machine takes longer than vitest's 5 s.
          testTimeout: 30_000,
          hookTimeout: 30_000,
          include: ['{packages/*,reference-server,examples,bench}/**/*.test.ts', 'scripts/*.test.mjs'],
          exclude: [
            '**/node_modules/**',
            '**/dist/**',
            '**/template/**',
            'packages/cli/strategies/**',
            '**/*.integration.test.*',
          ],
        },
      },
      {
        ...shared,
        test: {
          name: 'alone',
          // One group after the other: processes and sockets of these would starve beside a full set of unit workers.
          sequence: { groupOrder: 1 },
          fileParallelism: false,
          include: alone,
          expect: patient,
          retry,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'integration',
          ...twoAtATime,
          include: [
            '{packages/*,reference-server}/test/**/*.integration.test.ts',
            'scripts/*.integration.test.mjs',
          ],
          exclude: ['**/node_modules/**', '**/dist/**', ...alone],
        },
      },
      { ...shared, test: { name: 'e2e', ...twoAtATime, include: ['e2e/**/*.e2e.test.ts'] } },
      {
        ...shared,
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['packages/*/**/*.test-d.ts', 'examples/**/*.test-d.ts'],
            tsconfig: './tsconfig.json',
            // The sources are checked by tsc in `npm run check`; here only the tests of types count.
            ignoreSourceErrors: true,
          },
        },
      },
    ],
  },
})
