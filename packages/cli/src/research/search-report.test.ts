import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SearchDocument } from '@openclaw-trading/bot-engine/report'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorProject, authorProject } from '../../test/author-project.ts'
import { runClaw } from '../../test/run-claw.ts'

const DATA = 'S03 --synthetic 1 --bars 3000 --workers 0 --axis period=15,20 --axis deviation=1.5,2'

let project: AuthorProject
beforeAll(async () => {
  project = await authorProject()
  await project.write('claw.config.ts', 'export default {}\n')
})
afterAll(() => project.remove())

/** Runs a search, and gives the document of its page. */
async function pageOf(line: string): Promise<SearchDocument> {
  const { code, err } = await runClaw(line, project.dir)
  expect(code, err).toBe(0)
  const [, file = ''] = /Report: (\S+\.html)/.exec(err) ?? []
  const html = readFileSync(join(project.dir, file), 'utf8')
  return JSON.parse(/<script type="application\/json" id="run">(.*?)<\/script>/s.exec(html)?.[1] ?? '')
}

describe('the page of a search', () => {
  it.each([`sweep ${DATA}`, `walkforward ${DATA} --in-sample 20 --out-of-sample 5`])(
    'of claw %s states the whole command, and the one that goes on with it',
    async line => {
      const { command, resume } = await pageOf(line)
      expect(command).toBe(`claw ${line}`)
      const [name = ''] = line.split(' ')
      expect(resume).toMatch(new RegExp(`^claw ${name} --resume (?:swp|wfw)_\\w+$`))
      expect(await pageOf((resume ?? '').slice('claw '.length))).toMatchObject({ command, resume })
    },
  )

  it('has a score that is money in the currency of the account, as the terminal has it', async () => {
    const line = `sweep ${DATA} --objective net-profit --least-trades 0`
    const { rows, judged, heatMap } = await pageOf(line)
    const [best] = rows
    expect(best?.score).toBe(best?.figures?.netProfit)
    expect(judged[0]).toMatchObject({ name: 'Best net-profit', value: best?.score })
    expect(heatMap?.cells.flat().map(cell => cell?.score)).toContain(best?.score)
    const text = (best?.score ?? 0).toFixed(Math.abs(best?.score ?? 0) >= 1000 ? 0 : 2).replace('-', '−')
    expect((await runClaw(line, project.dir)).out).toContain(`best net-profit ${text} @`)
  })
})
