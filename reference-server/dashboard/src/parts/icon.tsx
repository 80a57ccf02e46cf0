/** Names of the line icons. */
export type IconName =
  | 'fleet'
  | 'bot'
  | 'back'
  | 'forward'
  | 'sun'
  | 'moon'
  | 'auto'
  | 'help'
  | 'info'
  | 'warning'
  | 'lock'
  | 'inbox'
  | 'table'
  | 'chart'
  | 'close'
  | 'pause'
  | 'play'

const PATHS: Record<IconName, string> = {
  fleet: 'M2.5 3h3.6v10H2.5zM9.9 3h3.6v6H9.9z',
  bot: 'M3 6.5h10v6H3zM8 3.5v3M6 9.3v.4M10 9.3v.4M1.5 8.5v2M14.5 8.5v2',
  back: 'M9.5 3.5L5 8l4.5 4.5',
  forward: 'M6.5 3.5L11 8l-4.5 4.5',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1',
  moon: 'M13 9.6A5.6 5.6 0 0 1 6.4 3 5.6 5.6 0 1 0 13 9.6z',
  auto: 'M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11',
  help: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4M6.2 6.3a1.9 1.9 0 1 1 2.7 1.8c-.7.4-.9.7-.9 1.3M8 11.4v.1',
  info: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4M8 7.4v3.8M8 4.9v.1',
  warning: 'M8 2.2l6.2 11.3H1.8zM8 6.5v3.3M8 11.6v.1',
  lock: 'M3.8 7.2h8.4v6.3H3.8zM5.4 7.2V5.1a2.6 2.6 0 0 1 5.2 0v2.1',
  inbox: 'M2.2 9l1.9-5.5h7.8L13.8 9v4H2.2zM2.2 9h3.3l.9 1.7h3.2l.9-1.7h3.3',
  table: 'M2.2 3.2h11.6v9.6H2.2zM2.2 6.4h11.6M2.2 9.6h11.6M6.4 6.4v6.4',
  chart: 'M4.5 2.5v11M3 5h3v5H3zM11.5 2.5v11M10 4h3v7h-3z',
  close: 'M3.8 3.8l8.4 8.4M12.2 3.8l-8.4 8.4',
  pause: 'M5.2 3.2v9.6M10.8 3.2v9.6',
  play: 'M5 3.2l7.5 4.8L5 12.8z',
}

/** A line icon; decorative, because words stand beside it or name its button. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className="shrink-0"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
