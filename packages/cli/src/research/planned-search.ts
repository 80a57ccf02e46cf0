import { join } from 'node:path'
import type { PlannedChange } from '../dry-run.ts'
import { reportsFolder } from '../project/config.ts'
import { ledgerFile } from './ledger.ts'
import type { PreparedRun } from './prepare.ts'
import { folderOf, type SavedSearch, type SearchKind } from './saved-search.ts'

/** What a search would leave behind. */
export function plannedFiles(
  kind: SearchKind,
  { project }: PreparedRun,
  before: SavedSearch<unknown> | undefined,
  report: boolean,
): readonly PlannedChange[] {
  const id = before?.id ?? `<${kind.prefix}_…>`
  const folder = folderOf(kind, project)
  const ledger = ledgerFile(project)
  const page = join(reportsFolder(project), `${id}.html`)
  return [
    { does: 'count', what: `each new run as a trial in ${ledger}`, path: ledger },
    before === undefined
      ? { does: 'write', what: `${id}.json and ${id}.runs.jsonl in ${folder}`, path: folder }
      : { does: 'add to', what: before.resultsFile, path: before.resultsFile },
    ...(report ? [{ does: 'write', what: page, path: page }] : []),
  ]
}
