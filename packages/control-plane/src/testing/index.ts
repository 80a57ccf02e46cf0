// For tests of code that uses this package.
export { type TestDatabase, withDatabase } from './database.ts'
