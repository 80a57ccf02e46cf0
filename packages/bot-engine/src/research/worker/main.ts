// A thread of a sweep: imports the strategy once, then runs one combination after the other.
import { parentPort, workerData } from 'node:worker_threads'
import { remakeProtections } from '../../protections/remake.ts'
import type { AnyStrategy } from '../../strategy/define.ts'
import { importStrategy } from '../strategy-module.ts'
import { sentError } from '../trial.ts'
import { TrialRunner } from '../trial-runner.ts'
import type { WorkerAnswer, WorkerJob, WorkerSetup } from './messages.ts'
import { rehearse } from './rehearsal.ts'

const { module, options: plain, protections, isRehearsed } = workerData as WorkerSetup
let runner: Promise<TrialRunner<AnyStrategy>> | undefined

async function prepare(job: Omit<WorkerJob, 'index'>): Promise<TrialRunner<AnyStrategy>> {
  const strategy = await importStrategy(module)
  const options = { ...plain, protections: remakeProtections(protections) }
  if (isRehearsed) await rehearse(strategy, options, job)
  return new TrialRunner(strategy, options)
}

async function run({ index, ...job }: WorkerJob): Promise<void> {
  const answer = (message: WorkerAnswer, transfer: ArrayBuffer[] = []): void =>
    parentPort?.postMessage(message, transfer)
  try {
    runner ??= prepare(job)
    const report = await (await runner).run(job)
    const { at, equityMinor } = report.daily
    answer({ type: 'done', index, report }, [at.buffer as ArrayBuffer, equityMinor.buffer as ArrayBuffer])
  } catch (error) {
    answer({ type: 'failed', error: sentError(error) })
  }
}

parentPort?.on('message', (job: WorkerJob) => {
  run(job).catch(error => {
    throw error
  })
})
