import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openProject, type Place, type Project } from './config.ts'

/** Name and file of each strategy of a project: those that the config names, else all of `strategies/`. */
export function strategyFiles({ config, folder }: Project): readonly (readonly [string, string])[] {
  if (config.strategies !== undefined)
    return Object.entries(config.strategies).map(([stem, file]) => [stem, resolve(folder, file)] as const)
  const root = join(folder, 'strategies')
  if (!existsSync(root)) return []
  return readdirSync(root, { withFileTypes: true }).flatMap(entry => {
    if (entry.isDirectory()) {
      const file = ['strategy.ts', 'strategy.js', 'strategy.mjs'].find(name =>
        existsSync(join(root, entry.name, name)),
      )
      return file === undefined ? [] : [[entry.name, join(root, entry.name, file)] as const]
    }
    const stem = /^(.+?)\.(?:ts|js|mjs)$/.exec(entry.name)?.[1]
    return stem === undefined || /\.(?:test|d)$/.test(stem) ? [] : [[stem, join(root, entry.name)] as const]
  })
}

/** The command that one does next with data of a symbol: of a strategy of one's own, where there is one. */
export async function nextBacktest(symbol: string, place: Place): Promise<string> {
  const [first] = strategyFiles(await openProject(place))
  return `claw backtest ${first?.[0] ?? 'S03'} --symbol ${symbol}`
}
