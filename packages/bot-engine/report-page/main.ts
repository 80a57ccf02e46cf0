// The page of a report: reads the document that stands in it and draws. No network, no storage.
import type { RunDocument } from '../src/report/run-document.ts'
import type { SearchDocument } from '../src/report/search-document.ts'
import { el } from './dom.ts'
import { drawRun } from './run-page.ts'
import { drawSearch } from './search-page.ts'

function footer(): HTMLElement {
  return el(
    'footer',
    {},
    'OpenClaw Trading · results of the past promise nothing · charts: ',
    el('a', { href: 'https://www.tradingview.com/' }, 'TradingView Lightweight Charts™'),
    ', © TradingView, Inc., Apache-2.0',
  )
}

const shown: RunDocument | SearchDocument = JSON.parse(document.getElementById('run')?.textContent ?? '{}')
const main = document.getElementById('report')
if (main !== null) {
  if (shown.schema === 'openclaw.search/1') drawSearch(main, shown, footer())
  else drawRun(main, shown, footer())
}
document.documentElement.dataset['drawn'] = 'yes'
