import { benchBars } from './bars-data.ts'
import { reportGrowth } from './memory-growth.ts'

// The equity curve has a double a bar.
await reportGrowth(benchBars(Number(process.argv[2])), { main: { timeframe: 'm1' } }, 8)
