/** A market time to the second, UTC. */
export function secondText(at: number): string {
  return at === 0 ? '–' : new Date(at).toISOString().slice(0, 19).replace('T', ' ')
}
