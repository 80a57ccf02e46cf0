let made = 0

/** How often it was called in this thread. */
export function nextRun(): number {
  return made++
}
