/** What stands in an element. */
export type Child = Node | string | undefined | readonly Child[]

/** Makes an element; attributes are text, children are nodes or text, never markup. */
export function el(
  tag: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Child[]
): HTMLElement {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  append(node, children)
  return node
}

const SVG = 'http://www.w3.org/2000/svg'

/** Makes an SVG element. */
export function svg(
  tag: string,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: Child[]
): SVGElement {
  const node = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value))
  append(node, children)
  return node
}

function append(parent: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined) continue
    if (Array.isArray(child)) append(parent, child)
    else parent.append(child as Node | string)
  }
}

/** A section with a heading and a note below it. */
export function section(title: string, note: string | undefined, ...children: Child[]): HTMLElement {
  return el(
    'section',
    { class: 'card' },
    el('h2', {}, title),
    note === undefined ? undefined : el('p', { class: 'note' }, note),
    ...children,
  )
}

/** A box that a keyboard reaches, to scroll it, while its content is wider than it is. */
export function focusableWhereItScrolls(box: HTMLElement, label: string): HTMLElement {
  box.setAttribute('role', 'region')
  box.setAttribute('aria-label', label)
  new ResizeObserver(() => {
    if (box.scrollWidth > box.clientWidth) box.setAttribute('tabindex', '0')
    else box.removeAttribute('tabindex')
  }).observe(box)
  return box
}

/** A table whose first column is text and whose others are numbers. */
export function dataTable(
  titles: readonly string[],
  rows: readonly (readonly Child[])[],
  className = '',
): HTMLElement {
  return el(
    'div',
    { class: 'scroll' },
    el(
      'table',
      className === '' ? {} : { class: className },
      el('thead', {}, el('tr', {}, ...titles.map(title => el('th', { scope: 'col' }, title)))),
      el(
        'tbody',
        {},
        ...rows.map(row =>
          el(
            'tr',
            {},
            ...row.map((cell, index) =>
              el(index === 0 ? 'th' : 'td', index === 0 ? { scope: 'row' } : {}, cell),
            ),
          ),
        ),
      ),
    ),
  )
}
