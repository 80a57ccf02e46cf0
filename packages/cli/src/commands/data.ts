import type { Register } from '../command.ts'
import { addExport } from './data/export.ts'
import { addGet } from './data/get.ts'
import { addImport } from './data/import.ts'
import { addInstrument } from './data/instrument.ts'
import { addList } from './data/list.ts'
import { addVerify } from './data/verify.ts'

/** Adds `claw data` and its commands. */
export const registerData: Register = (program, done) => {
  const data = program
    .command('data')
    .description('Market data on this machine: get, list, verify, import, export, instrument.')
    .addHelpText('after', '\nThe store is .claw/data of the folder you work in; --store names another.')
  for (const add of [addGet, addList, addVerify, addImport, addExport, addInstrument]) add(data, done)
}
