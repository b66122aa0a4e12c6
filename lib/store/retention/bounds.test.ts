import { readdirSync } from 'node:fs'
import path from 'node:path'
import { getTableName, isTable } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { BOUNDS } from '@/drizzle/bounds'
import { RETENTION_RULES } from './rules'

/** Cleaned by the writes that add to them, or emptied by a worker. */
const SWEPT_ELSEWHERE = [
  'authorization_requests',
  'device_codes',
  'device_guesses',
  'organization_days',
  'unchained_events',
]

async function tables(): Promise<readonly string[]> {
  const files = readdirSync('drizzle/schema').filter((file) => file.endsWith('.ts'))
  const modules = await Promise.all(
    files.map((file): Promise<Record<string, unknown>> => import(path.resolve('drizzle/schema', file))),
  )
  return modules
    .flatMap((module) => Object.values(module).filter((value) => isTable(value)))
    .map(getTableName)
}

it('every table of the schema names what bounds it', async () => {
  expect((await tables()).toSorted()).toEqual(Object.keys(BOUNDS).toSorted())
})

it('what expires is cleaned up by a rule', () => {
  const cleaned = new Set(RETENTION_RULES.map(({ table }) => getTableName(table)))
  const bounded = Object.entries(BOUNDS).filter(([, bound]) => bound === 'expiry' || bound === 'retention')
  const missing = bounded
    .map(([table]) => table)
    .filter((table) => !cleaned.has(table) && !SWEPT_ELSEWHERE.includes(table))
  expect(missing).toEqual([])
})
