/** What `claw up` tells once it is ready. */
export interface BannerFacts {
  readonly version: string
  readonly readyMs: number
  readonly url: string
  readonly environment: string
  readonly dataDir: string
  readonly database: string
  readonly dashboardBuilt: boolean
}

/** The lines that `claw up` prints when the server is ready. */
export function banner(facts: BannerFacts): string {
  const dashboard = facts.dashboardBuilt
    ? `${facts.url}/`
    : `${facts.url}/   (the page is not built: run "npm run build")`
  return [
    '',
    `  claw ${facts.version}  ready in ${facts.readyMs < 1000 ? `${Math.round(facts.readyMs)} ms` : `${(facts.readyMs / 1000).toFixed(1)} s`}`,
    '',
    `  ➜  Dashboard  ${dashboard}`,
    `  ➜  API        ${facts.url}/openapi.json`,
    '     Access     opens without a login on this machine only',
    `     Market     ${facts.environment}`,
    `     Data       ${facts.dataDir} (${facts.database}; logs in its folder logs)`,
    '',
    '  Press Ctrl-C to stop. Open positions stay at the venue; the next start goes on from there.',
    '',
    '',
  ].join('\n')
}
