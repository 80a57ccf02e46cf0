import { expect, it } from 'vitest'
import { orderMigrations, toMigration } from './migrations.ts'

const file = (name: string) => toMigration(name, 'select 1;')

it('puts migrations in the order of their numbers', () => {
  const ordered = orderMigrations([file('0002_b.sql'), file('0001_a.sql')])
  expect(ordered.map(m => m.version)).toEqual([1, 2])
})

it('refuses a hole and a repeat in the numbers', () => {
  expect(() => orderMigrations([file('0001_a.sql'), file('0003_c.sql')])).toThrow('Migration 2 is missing')
  expect(() => orderMigrations([file('0001_a.sql'), file('0001_b.sql')])).toThrow('0001_b.sql')
})

it('refuses a name that is not that of a migration', () => {
  expect(() => file('1_a.sql')).toThrow('schema-outdated')
})

it('gives the same checksum whatever the line ends', () => {
  expect(toMigration('0001_a.sql', 'a\r\nb').checksum).toBe(toMigration('0001_a.sql', 'a\nb').checksum)
  expect(toMigration('0001_a.sql', 'a\nc').checksum).not.toBe(toMigration('0001_a.sql', 'a\nb').checksum)
})
