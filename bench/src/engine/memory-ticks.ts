import { reportGrowth } from './memory-growth.ts'
import { benchTicks } from './ticks-data.ts'

await reportGrowth(benchTicks(Number(process.argv[2])), {}, 0)
