import type { Bot } from '../contract.ts'
import { type ParamLine, paramLines } from '../params-view.ts'
import { EmptyState } from './empty-state.tsx'
import { Panel } from './panel.tsx'

/** The newest stored parameters, read-only, with the descriptions of their schema. */
export function ParamsPanel({ bot }: { bot: Bot }) {
  const lines = paramLines(bot.params, bot.paramsSchema)
  return (
    <Panel
      title="Parameters"
      flush
      aside={<span className="text-xs text-muted">{versionText(bot)} · read-only here</span>}
    >
      {lines.length === 0 ? (
        <EmptyState title="No parameters">This strategy has none.</EmptyState>
      ) : (
        <dl>
          {lines.map((line, index) => (
            <Line
              key={`${line.group}.${line.name}`}
              line={line}
              heading={line.group !== '' && line.group !== lines[index - 1]?.group}
            />
          ))}
        </dl>
      )}
      <p className="px-4 py-2.5 text-xs text-muted">
        Change them with <code className="font-mono">PUT /params/{bot.row.botId}</code>; a running bot takes
        them at its next start.
      </p>
    </Panel>
  )
}

function versionText({ row, paramsVersion }: Bot): string {
  // A row of the stream may know a newer version for the moment until the page is fetched again.
  if (row.paramsVersion >= paramsVersion) return `v${row.paramsVersion}`
  return `v${row.paramsVersion} is running, v${paramsVersion} from the next start`
}

function Line({ line, heading }: { line: ParamLine; heading: boolean }) {
  const notes = [
    line.range,
    line.defaultValue === null ? '' : line.changed ? `default ${line.defaultValue}` : 'the default',
  ]
  return (
    <div className="border-b border-hairline px-4 py-2.5">
      {heading && (
        <p className="pb-1.5 text-2xs font-medium tracking-wide text-muted uppercase">{line.group}</p>
      )}
      <div className="flex items-baseline justify-between gap-4">
        <dt className="min-w-0 font-mono text-[0.8125rem] break-words">
          {line.name}
          {line.changed && (
            <span className="ml-2 rounded bg-raised px-1 font-sans text-2xs font-medium">changed</span>
          )}
        </dt>
        <dd className="shrink-0 font-mono text-[0.8125rem] font-semibold">{line.value}</dd>
      </div>
      {line.description !== '' && <dd className="mt-0.5 text-xs">{line.description}</dd>}
      <dd className="mt-0.5 text-2xs text-muted">{notes.filter(note => note !== '').join(' · ')}</dd>
    </div>
  )
}
