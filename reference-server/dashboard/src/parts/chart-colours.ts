/** The tokens a canvas needs, as colours it understands. */
export interface ChartColours {
  readonly background: string
  readonly text: string
  readonly muted: string
  readonly hairline: string
  readonly border: string
  readonly profit: string
  readonly loss: string
  readonly fontFamily: string
}

const TOKENS = ['background', 'text', 'muted', 'hairline', 'border', 'profit', 'loss'] as const

/** Reads the tokens as they are under `element`; `light-dark()` must be resolved by the browser itself. */
export function readChartColours(element: HTMLElement): ChartColours {
  const probe = document.createElement('span')
  probe.hidden = true
  element.append(probe)
  const style = getComputedStyle(probe)
  const values = Object.fromEntries(
    TOKENS.map(token => {
      probe.style.color = `var(--${token})`
      return [token, style.color]
    }),
  ) as Record<(typeof TOKENS)[number], string>
  const fontFamily = style.fontFamily
  probe.remove()
  return { ...values, fontFamily }
}
