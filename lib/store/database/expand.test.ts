import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const FOLDER = 'drizzle/migrations'

/** The last migration of the previous release, which goes on serving while the next ones are applied. */
const RELEASED = '0024_audit-streams.sql'

const migrations = readdirSync(FOLDER).filter((file) => file.endsWith('.sql'))

const read = (file: string) => readFileSync(path.join(FOLDER, file), 'utf8')

/** What takes away, renames or narrows what the previous version reads or writes. Decision 0107. */
const CONTRACTS = [
  /\bdrop\s+(table|column|constraint|default|not\s+null\s*$)/i,
  /\brename\b/i,
  /\bset\s+(data\s+type|not\s+null)/i,
  /\b(delete\s+from|truncate)\b/i,
]

/** A check of a column against a list of values. */
const LIST = /constraint "(\w+)" check \(.* in \(([^)]*)\)\)/gi

/** Names of checks that let in what they let in before, and more. */
function widened(sql: string, before: string): ReadonlySet<string> {
  const earlier = new Map(
    [...before.matchAll(LIST)].map(([, name, values = '']) => [name, values.split(', ')]),
  )
  return new Set(
    [...sql.matchAll(LIST)].flatMap(([, name = '', values = '']) => {
      const now = values.split(', ')
      return earlier.get(name)?.every((value) => now.includes(value)) ? [name] : []
    }),
  )
}

/**
 * Statements that the version before could not live with.
 *
 * @param before the migrations before it
 */
function contracting(sql: string, before = ''): readonly string[] {
  const statements = sql.split('--> statement-breakpoint').map((statement) => statement.trim())
  const made = new Set(statements.flatMap((text) => /^create table "(\w+)"/i.exec(text)?.[1] ?? []))
  const isNew = (text: string) =>
    made.has(/^(?:alter table|create unique index "\w+" on) "(\w+)"/i.exec(text)?.[1] ?? '')
  const checks = widened(sql, before)
  return statements
    .filter((text) => !isNew(text))
    .filter((text) => !checks.has(/\b(?:drop|add) constraint "(\w+)"/i.exec(text)?.[1] ?? ''))
    .filter(
      (text) =>
        CONTRACTS.some((contract) => contract.test(text)) ||
        /^create unique index/i.test(text) ||
        /\badd constraint\b.*\b(unique|check)\b/i.test(text) ||
        (/\badd column\b.*\bnot null\b/i.test(text) && !/\b(default|generated)\b/i.test(text)),
    )
}

describe('migrations since the last release', () => {
  it('begin behind one that there is', () => {
    expect(migrations).toContain(RELEASED)
  })

  it.each(migrations.filter((file) => file > RELEASED))('%s only adds', (file) => {
    const before = migrations.filter((one) => one < file).map(read)
    expect(contracting(read(file), before.join('\n'))).toEqual([])
  })
})

it.each([
  'ALTER TABLE "users" DROP COLUMN "name";',
  'ALTER TABLE "users" RENAME COLUMN "name" TO "called";',
  'ALTER TABLE "users" ALTER COLUMN "name" SET NOT NULL;',
  'ALTER TABLE "users" ALTER COLUMN "name" SET DATA TYPE integer;',
  'ALTER TABLE "users" ADD COLUMN "age" integer NOT NULL;',
  'CREATE UNIQUE INDEX "users_email" ON "users" USING btree ("email");',
  'ALTER TABLE "users" ADD CONSTRAINT "users_age" CHECK (age > 0);',
  'DROP TABLE "users";',
  'DELETE FROM "users";',
])('%s would leave the previous version behind', (statement) => {
  expect(contracting(statement)).toEqual([statement])
  const table = 'CREATE TABLE "others" ("id" text);--> statement-breakpoint\n'
  expect(contracting(table + statement)).toEqual([statement])
})

it.each([
  'ALTER TABLE "users" ADD COLUMN "age" integer;',
  'ALTER TABLE "users" ADD COLUMN "age" integer DEFAULT 1 NOT NULL;',
  'CREATE INDEX "users_age" ON "users" USING btree ("age");',
  'CREATE TABLE "ages" ("id" text);--> statement-breakpoint\nALTER TABLE "ages" ADD CONSTRAINT "a" CHECK (id > 0);',
])('%s does not', (statement) => {
  expect(contracting(statement)).toEqual([])
})

describe('a check of a list of values', () => {
  const check = (values: string) =>
    `ALTER TABLE "users" ADD CONSTRAINT "kinds" CHECK ("users"."kind" in (${values}));`
  const drop = 'ALTER TABLE "users" DROP CONSTRAINT "kinds";'
  const between = '--> statement-breakpoint\n'

  it('may let in more', () => {
    expect(contracting(drop + between + check("'a', 'b'"), check("'a'"))).toEqual([])
  })

  it.each([check("'b'"), ''])('may not let in less: %s', (narrower) => {
    const left = contracting(drop + between + narrower, check("'a'"))
    expect(left).toEqual([drop, narrower].filter(Boolean))
  })
})
