import type { RunDocument } from '../src/report/run-document.ts'
import { type Child, el, section } from './dom.ts'
import { day, minute, number } from './text.ts'

/** Data, costs and code of the run: what another one must have in common to be compared with it. */
export function howRun(run: RunDocument): HTMLElement {
  const groups = [
    { title: 'Data', facts: dataFacts(run) },
    { title: 'Costs and venue', facts: costFacts(run) },
    { title: 'Strategy', facts: strategyFacts(run) },
  ]
  return section(
    'How this was run',
    'Two runs whose three hashes are the same saw the same market, under the same terms, with the same code.',
    el(
      'div',
      { class: 'how' },
      ...groups.map(({ title, facts }) =>
        el('div', {}, el('h3', {}, title), el('dl', {}, ...facts.map(([name, value]) => fact(name, value)))),
      ),
    ),
    run.command === undefined ? undefined : el('pre', { class: 'command' }, run.command),
  )
}

type Fact = readonly [name: string, value: Child]

function fact(name: string, value: Child): HTMLElement {
  return el('div', {}, el('dt', {}, name), el('dd', {}, value))
}

function dataFacts({ market, dataSource, dataHash }: RunDocument): readonly Fact[] {
  return [
    ['Symbol', market.symbol],
    ['Span', `${day(market.from)} → ${day(market.to)}`],
    ['Rows', `${number(market.rows, 0)} ${market.rowsAre}`],
    ...stated('Source', dataSource),
    ...hash('Data hash', dataHash),
  ]
}

function costFacts({ account, costTerms = {}, termsHash, intrabar }: RunDocument): readonly Fact[] {
  return [
    ['Account', `${number(account.balance)} ${account.currency} at 1:${account.leverage}`],
    ...Object.entries(costTerms).map(([name, value]): Fact => [capital(name), String(value)]),
    ...stated('Within a bar', intrabar?.policy),
    ...hash('Terms hash', termsHash),
  ]
}

function strategyFacts({ params, seed, codeHash, trials, createdAt }: RunDocument): readonly Fact[] {
  return [
    ...Object.entries(params).map(([name, value]): Fact => [name, JSON.stringify(value) ?? '–']),
    ...(Object.keys(params).length === 0 ? [['Parameters', 'defaults'] as const] : []),
    ['Seed', String(seed)],
    ...stated('Trials on these data', trials === undefined ? undefined : number(trials.count, 0)),
    ...stated('Made', createdAt === undefined ? undefined : `${minute(createdAt)} UTC`),
    ...hash('Code hash', codeHash),
  ]
}

function stated(name: string, value: string | undefined): readonly Fact[] {
  return value === undefined ? [] : [[name, value]]
}

function hash(name: string, value: string | undefined): readonly Fact[] {
  return value === undefined ? [] : [[name, el('code', {}, value)]]
}

const capital = (name: string): string => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
