import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { markdownBelow } from './doc-blocks.mjs'
import { root } from './install.mjs'

it('points every relative link of the documentation at a file that is there', () => {
  const broken = [...markdownBelow(root)].flatMap(path =>
    [...readFileSync(path, 'utf8').matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)]
      .map(match => match[1])
      .filter(target => !existsSync(join(dirname(path), target)))
      .map(target => `${relative(root, path)} → ${target}`),
  )
  expect(broken).toEqual([])
})

it('names only files that are there in the table of fidelity, in ARCHITECTURE.md and in the recipes', () => {
  const places = ['docs/concepts/fidelity.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md']
  const bases = ['', 'packages/']
  const missing = places.flatMap(place =>
    [
      ...readFileSync(join(root, place), 'utf8').matchAll(
        /`((?:packages|reference-server|sql|scripts|[a-z-]+\/src)\/[^`\s<>*{]+)`/g,
      ),
    ]
      .map(match => match[1])
      .filter(path => !/NNNN/.test(path) && !bases.some(base => existsSync(join(root, base + path))))
      .map(path => `${place} → ${path}`),
  )
  expect(missing).toEqual([])
})
