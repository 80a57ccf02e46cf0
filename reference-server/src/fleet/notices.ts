import type { DashboardData } from '../api/schemas/dashboard.ts'

/** A sentence for a banner of the dashboard. */
export type Notice = DashboardData['notices'][number]

const ORDER: Readonly<Record<Notice['level'], number>> = { bad: 0, warn: 1, info: 2 }

/** The banners of the dashboard: every degraded mode has a name here. */
export class Notices {
  readonly #notices = new Map<string, Notice>()
  readonly #onChange: (notices: Notice[]) => void

  /** `onChange` gets the complete list whenever it changes. */
  constructor(onChange: (notices: Notice[]) => void) {
    this.#onChange = onChange
  }

  /** Shows a notice, or changes the one with its id. */
  show(notice: Notice): void {
    const known = this.#notices.get(notice.id)
    if (known !== undefined && known.text === notice.text && known.level === notice.level) return
    this.#notices.set(notice.id, notice)
    this.#onChange(this.list())
  }

  /** Takes a notice away. */
  clear(id: string): void {
    if (this.#notices.delete(id)) this.#onChange(this.list())
  }

  /** All of them, the worst first. */
  list(): Notice[] {
    return [...this.#notices.values()].sort((a, b) => ORDER[a.level] - ORDER[b.level])
  }
}
