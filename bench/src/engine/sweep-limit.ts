import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import type { Sample } from '../row.ts'
import { ratioOfTurns } from './turns.ts'

// What the machine gives two threads that share nothing and make no garbage: arithmetic over an array each.

const NUMBERS = 250_000
const WARM_UP_PASSES = 20
const MEASURED_NS = 1_000_000_000

function pass(numbers: Float64Array): number {
  let sum = 0
  for (let round = 0; round < 40; round++)
    for (let i = 0; i < numbers.length; i++) sum += ((numbers[i] as number) * 1.0001) / (1 + sum * 1e-9)
  return sum
}

/** Passes per second. */
function passRate(): number {
  const numbers = Float64Array.from({ length: NUMBERS }, (_, i) => Math.sin(i))
  let passes = 0
  let sum = 0
  for (; passes < WARM_UP_PASSES; passes++) sum += pass(numbers)
  passes = 0
  const start = process.hrtime.bigint()
  let ns = 0
  for (; ns < MEASURED_NS; ns = Number(process.hrtime.bigint() - start)) {
    sum += pass(numbers)
    passes += 1
  }
  if (Number.isNaN(sum)) throw new Error('The sum is no number.')
  return passes / (ns / 1e9)
}

async function rateOfThread(): Promise<number> {
  const thread = new Worker(new URL(import.meta.url))
  return new Promise((resolve, reject) => {
    thread.on('message', resolve)
    thread.on('error', reject)
  })
}

async function rateWith(threads: number): Promise<number> {
  const rates = await Promise.all(Array.from({ length: threads }, rateOfThread))
  return rates.reduce((sum, rate) => sum + rate, 0)
}

if (isMainThread) {
  const sample: Sample = { figures: { ratio: await ratioOfTurns(rateWith) } }
  process.stdout.write(`${JSON.stringify(sample)}\n`)
} else parentPort?.postMessage(passRate())
