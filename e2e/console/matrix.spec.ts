import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser } from '@playwright/test'
import { permissionsOf, ROLES, type Role } from '@/lib/access'
import { enterConsole, newOperator } from '../support/console'
import { ACTIONS, PAGES, type PageRow } from '../support/console-matrix'
import { saidStatus } from '../support/said-status'
import { expect, test } from '../support/test'
import type { World } from '../support/world'

const ROOT = 'app/console'

const files = (name: RegExp): readonly string[] =>
  readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((file) => name.test(path.basename(file)))
    .map((file) => file.split(path.sep).join('/'))
    .toSorted()

type Visitor = Role | 'stranger' | 'nobody'

/** What this visitor gets of this page. */
function expected({ needs, opensTo, method, answers = 200 }: PageRow, visitor: Visitor): number {
  if (opensTo === 'everybody') return answers
  if (visitor === 'nobody') return method ? 303 : 307
  if (opensTo === 'operators' || !needs) return answers
  if (visitor === 'stranger') return 404
  return permissionsOf(visitor).includes(needs) ? answers : 403
}

/** The cookies of an operator after a real sign-in. */
async function cookieOf(browser: Browser, world: World, visitor: Visitor): Promise<string> {
  if (visitor === 'nobody') return ''
  const context = await browser.newContext()
  const [organization, role] =
    visitor === 'stranger' ? (['globex', 'owner'] as const) : (['acme', visitor] as const)
  await enterConsole(await context.newPage(), world, await newOperator(world, organization, role))
  const cookies = await context.cookies()
  await context.close()
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
}

test('every page of the console, and every file that it sends, has a line in the matrix', () => {
  expect(files(/^(page\.tsx|route\.ts)$/)).toEqual(Object.keys(PAGES).toSorted())
  for (const [file, { needs, opensTo }] of Object.entries(PAGES))
    expect([needs !== undefined, opensTo !== undefined], file).toEqual(
      file.startsWith('[organization]/') ? [true, false] : [false, true],
    )
})

for (const visitor of [...ROLES, 'stranger', 'nobody'] as const)
  test(`every page answers ${visitor} as the matrix says`, async ({ browser, world }) => {
    test.slow()
    const cookie = await cookieOf(browser, world, visitor)
    const answers: Record<string, number> = {}
    for (const [file, { at, method = 'GET' }] of Object.entries(PAGES)) {
      const response = await fetch(`${world.app.url}/console${at}`, {
        method,
        headers: { cookie, origin: world.app.url },
        redirect: 'manual',
      })
      const isPage = file.endsWith('page.tsx')
      answers[file] = isPage ? saidStatus(response.status, await response.text()) : response.status
      if (visitor === 'nobody' && [303, 307].includes(response.status))
        expect(new URL(response.headers.get('location') ?? '', world.app.url).pathname, file).toBe(
          '/console/sign-in',
        )
      if (!isPage) await response.body?.cancel()
    }
    const wanted = Object.entries(PAGES).map(([file, row]) => {
      const status = expected(row, visitor)
      // Nothing lives long enough there to follow logins.
      return [
        file,
        process.env.NEXT_ALONE && file.endsWith('/tail/route.ts') && status === 200 ? 501 : status,
      ]
    })
    expect(answers).toEqual(Object.fromEntries(wanted))
  })

test('every page of an organization says its permission to the one function that asks for it', () => {
  for (const [file, { needs, method }] of Object.entries(PAGES)) {
    if (!needs || method) continue
    const source = readFileSync(path.join(ROOT, file), 'utf8')
    const ways = file.endsWith('route.ts')
      ? /^export const \w+ = consoleRoute\('(\w+)'/m
      : /^export default consolePage\('(\w+)'/m
    // The pages about one server share a frame, which asks for `look`.
    const isOfServer = needs === 'read' && /^export default serverPage\(/m.test(source)
    if (!isOfServer) expect(ways.exec(source)?.[1], file).toBe(needs)
  }
})

test('every action is in the matrix, and asks for what it says there before it does anything', () => {
  const found = Object.fromEntries(
    files(/(^|-)actions\.ts$/).map((file) => {
      const source = readFileSync(path.join(ROOT, file), 'utf8')
      expect(source.startsWith("'use server'\n"), file).toBe(true)
      // Exports of such a file can be called by every browser: nothing may be exported in another way.
      const exports = source.match(/^export\b.*$/gm) ?? []
      const actions = exports.map((line) => {
        const [, name, way, permission] =
          /^export const (\w+) = (console|operator|public)Action\((?:'(\w+)')?/.exec(line) ?? []
        expect(name, `${file}: ${line}`).toBeDefined()
        return [name, way === 'console' ? (permission ?? permissionBelow(source, line)) : way]
      })
      return [file, Object.fromEntries(actions)]
    }),
  )
  expect(found).toEqual(ACTIONS)
})

/** Where the formatter put the permission on the next line. */
function permissionBelow(source: string, line: string): string | undefined {
  return /^\s*'(\w+)'/.exec(source.slice(source.indexOf(line) + line.length))?.[1]
}
