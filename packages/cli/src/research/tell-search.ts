import type { CommandContext } from '../command.ts'
import type { CliError, JsonResult } from '../errors.ts'
import { jsonResult, type Warning } from '../output.ts'
import { type Kept, unkept } from '../unkept.ts'

/** How a search ended, and how it is told. */
export interface SearchEnding {
  readonly json: boolean
  /** For people; nothing where nothing is there to tell. */
  readonly text: string
  readonly page: Kept<string>
  /** Ended by Ctrl-C. */
  readonly interrupted: boolean
  /** Ended because runs could not be kept. */
  readonly lost: CliError | undefined
}

/**
 * Tells what a search found, with its warnings and its page.
 *
 * @throws what it ended with: that something could not be kept, or the reason of the interrupt
 */
export function tellSearch(
  result: JsonResult & { readonly warnings: readonly Warning[] },
  { json, text, page, interrupted, ...ended }: SearchEnding,
  { terminal, interrupt }: CommandContext,
): void {
  const lost = ended.lost ?? page.failure
  if (!json) terminal.out(text)
  else if (lost === undefined)
    terminal.out(jsonResult(result.schema, result.data, { ...result, ok: !interrupted }))
  for (const { message } of result.warnings) terminal.err(`  ⚠ ${message.replaceAll('\n', '\n    ')}\n`)
  if (page.value !== undefined) terminal.err(`  Report: ${page.value}\n`)
  if (lost !== undefined) throw unkept(lost, result)
  if (interrupted) throw interrupt.signal.reason
}
