import { PAGE_SCRIPT, PAGE_STYLES } from './generated/page.ts'
import type { RunDocument } from './run-document.ts'

/**
 * A run as one HTML file that needs nothing else: no network, no other file. It follows the system's light or dark.
 *
 * The document in it is the JSON of {@link createRunDocument}; text of it is never read as markup.
 */
export function reportHtml(document: RunDocument): string {
  return pageWith(document, 'backtest')
}

/** A document in the page that draws it; `what` it is stands in the title of the window. */
export function pageWith(document: { readonly title: string }, what: string): string {
  return pageAround(document, what).join(withoutMarkup(JSON.stringify(document)))
}

/** What stands before the JSON of a document in its page, and what behind. */
export function pageAround(
  { title }: Pick<RunDocument, 'title'>,
  what = 'backtest',
): readonly [before: string, behind: string] {
  return [before(`${title} – ${what}`), behind()]
}

/** JSON in which no text is read as markup: `<` would end the element in which the data stand. */
export function withoutMarkup(json: string): string {
  return json.includes('<') ? json.replaceAll('<', '\\u003c') : json
}

function before(title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>${escaped(title)}</title>
<style>${PAGE_STYLES}</style>
</head>
<body>
<main id="report"><noscript>This report draws itself with JavaScript, which is switched off here.</noscript></main>
<script type="application/json" id="run">`
}

function behind(): string {
  return `</script>
<script>${PAGE_SCRIPT.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, character => ENTITIES[character] ?? character)
}
