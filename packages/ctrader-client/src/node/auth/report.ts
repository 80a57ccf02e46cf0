import type { AuthStatus } from './status.ts'
import type { SyncReport } from './sync.ts'

/** The status as a table for people. */
export function statusReport(status: AuthStatus, now: number): string {
  const width = Math.max(...status.secrets.map(({ name }) => name.length))
  const rows = status.secrets.map(({ name, set, length, fingerprint }) =>
    [name.padEnd(width), set ? 'set  ' : 'unset', String(length ?? '–').padStart(6), fingerprint ?? '–'].join(
      '  ',
    ),
  )
  const lines = [
    `${'name'.padEnd(width)}  set    length  fingerprint`,
    ...rows,
    '',
    `token file  ${status.tokenFile}`,
    ...(status.generation === undefined ? [] : [`generation  ${status.generation}`]),
    ...(status.expiresAt === undefined ? [] : [`expires     ${expiry(status.expiresAt, now)}`]),
    `verdict     ${status.verdict}`,
    ...(status.advice === undefined ? [] : [`            ${status.advice}`]),
    ...(status.envFileOpen
      ? [`warning     Others can read ${status.envFile}. Run: chmod 600 ${status.envFile}`]
      : []),
  ]
  return lines.map(line => `  ${line}`.trimEnd()).join('\n')
}

/** How `.env` stands, for people. */
export function syncText({ envFile, differing, written }: SyncReport): string {
  if (differing.length === 0) return `  ${envFile} holds the stored tokens.`
  const names = differing.join(' and ')
  return written
    ? `  Wrote ${names} to ${envFile}; nothing else in it changed.`
    : `  ${envFile}: ${names} differ${differing.length === 1 ? 's' : ''} from the stored tokens. Write: ctrader auth sync --update-env`
}

/** When a token ends, for people. */
export function expiry(expiresAt: number, now: number): string {
  const at = `${new Date(expiresAt).toISOString().slice(0, 16)}Z`
  const hours = Math.floor((expiresAt - now) / 3_600_000)
  if (expiresAt <= now) return `${at} (over)`
  return hours >= 48 ? `${at} (in ${Math.floor(hours / 24)} days)` : `${at} (in ${hours} h)`
}
