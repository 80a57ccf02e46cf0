import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import {
  createSearchDocument,
  type SearchFacts,
  type SearchFigure,
  type SearchRow,
  searchHtml,
} from '@openclaw-trading/bot-engine/report'
import type { OrderCounts } from '@openclaw-trading/bot-engine/research'
import { accountText, type KeptAccount } from '../backtest/lost-account.ts'
import { reportsFolder } from '../project/config.ts'
import { CliError } from '../errors.ts'
import { stopOutText } from '../project/stop-out.ts'
import type { Warning } from '../output.ts'
import { isRefused, systemReason } from '../write-failure.ts'
import type { PreparedRun } from './prepare.ts'
import { refusedText } from './search-refusals.ts'
import { step } from '../step.ts'
import type { Terminal } from '../terminal.ts'
import { type Begin, commandOf, resumeOf, type SavedSearch } from './saved-search.ts'

/** What a page of a search tells besides what was found. */
export interface SearchPlace {
  readonly saved: SavedSearch<Begin>
  readonly prepared: PreparedRun
  readonly warnings: readonly Warning[]
}

/** What all pages of searches say alike. */
export function searchFacts({ prepared, warnings, saved }: SearchPlace) {
  const { source, data, options } = prepared
  const { account } = options
  const { currency, leverage } = account
  const balance = 'balance' in account ? account.balance : account.balanceMinor / 10 ** account.digits
  return {
    facts: [
      data.instrument.name,
      data.source,
      `${balance} ${currency} at 1:${leverage}, stop-out ${stopOutText(account.stopOut)}`,
      `code ${source.codeHash}`,
      saved.id,
    ],
    currency,
    ...commandsOf(saved),
    warnings: warnings.map(({ message }) => message),
  } as const
}

/** A page is read where nothing of the search is kept, too: what makes it anew comes first. */
function commandsOf(saved: SavedSearch<Begin>): Pick<SearchFacts, 'command' | 'resume'> {
  const command = commandOf(saved)
  return { ...(command !== undefined && { command }), resume: resumeOf(saved) }
}

/** What became of the orders and the account of a run, as its row has it. */
export function fateOf(report: KeptAccount & OrderCounts): Pick<SearchRow, 'refused' | 'account'> {
  const refused = refusedText(report)
  const account = accountText(report)
  return { ...(refused !== undefined && { refused }), ...(account !== undefined && { account }) }
}

/** A figure as the page has it. */
export function figure(
  name: string,
  value: number | undefined,
  meaning: string,
  more: Pick<SearchFigure, 'digits' | 'enough'> = {},
): SearchFigure {
  return { name, ...(value !== undefined && { value }), ...more, meaning }
}

/** Writes the page of a search, and says so with `--verbose`. @returns its path, as one would type it */
export function toldPage(facts: SearchFacts, place: SearchPlace, terminal: Terminal): Promise<string> {
  return step(
    terminal,
    'report',
    () => writeSearchPage(facts, place, terminal.cwd),
    page => page,
  )
}

/** Writes the page of a search beside the reports of runs. @returns its path, as short as `cwd` makes it; @throws {@link CliError} `not-writable` */
function writeSearchPage(facts: SearchFacts, { saved, prepared }: SearchPlace, cwd: string): string {
  const place = reportsFolder(prepared.project)
  const file = join(place, `${saved.id}.html`)
  const html = searchHtml(createSearchDocument(facts))
  try {
    mkdirSync(place, { recursive: true })
    writeFileSync(file, html)
  } catch (cause) {
    if (!isRefused(cause)) throw cause
    // Half a page is none.
    if (existsSync(file)) rmSync(file)
    throw new CliError(
      'not-writable',
      `${file} cannot be written (${systemReason(cause)}). Check the space left; ${resumeOf(saved)} writes it from what is kept.`,
      { cause },
    )
  }
  return relative(cwd, file)
}
