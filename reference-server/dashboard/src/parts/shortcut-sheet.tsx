import { Modal } from './modal.tsx'

const KEYS: readonly (readonly [string, string])[] = [
  ['g then f', 'Go to the fleet'],
  ['[  ]', 'Previous, next bot'],
  ['arrows', 'Move between cards; in the chart: by candle'],
  ['+  −', 'In the chart: zoom'],
  ['Home  End', 'In the chart: first, last candle'],
  ['t', 'In the chart: next trade'],
  ['p', 'Hold the view still, or go on'],
  ['?', 'This sheet'],
  ['Esc', 'Close'],
]

/** The keys that do something. None of them starts, pauses or stops a bot. */
export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  return (
    <Modal title="Keyboard" onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
        {KEYS.map(([keys, meaning]) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="rounded border border-line bg-raised px-1.5 py-0.5 font-mono text-xs whitespace-pre">
                {keys}
              </kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-4 text-xs text-muted">
        No key starts, pauses or stops a bot: that always takes its dialog and a reason.
      </p>
    </Modal>
  )
}
