// A thread of a sweep: imports the strategy once, then runs one combination after the other.
import { parentPort, workerData } from 'node:worker_threads'
import { runJob } from '../jobs.ts'
import { importStrategy } from '../strategy-module.ts'
import { sentError } from '../trial.ts'
import type { WorkerAnswer, WorkerJob, WorkerSetup } from './messages.ts'

const { module, options } = workerData as WorkerSetup
const strategy = importStrategy(module)
// Told with the first job, which waits for it too.
strategy.catch(() => {})

async function run({ index, ...job }: WorkerJob): Promise<void> {
  const answer = (message: WorkerAnswer, transfer: ArrayBuffer[] = []): void =>
    parentPort?.postMessage(message, transfer)
  try {
    const report = await runJob(await strategy, options, job)
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
