import { existsSync, readdirSync } from 'node:fs'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import path from 'node:path'
import { matchHas } from 'next/dist/shared/lib/router/utils/prepare-destination'
import { unstable_doesMiddlewareMatch } from 'next/experimental/testing/server'
import { NextRequest } from 'next/server'
import { expect, it } from 'vitest'
import { ENDPOINTS, isPage, PAGES } from '@/app/endpoints'
import { markOwnServer } from '@/lib/own-server'
import { config, proxy } from '@/proxy'

/** What Next alone serves: pages, and the route handlers beside them. */
const BESIDE_PAGES = /^\/(account|api|console|platform|setup)(\/|$)/
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'] as const

const routes = readdirSync('app', { recursive: true, encoding: 'utf8' })
  .filter((file) => path.basename(file) === 'route.ts')
  .map((file) => `/${path.dirname(file).replaceAll(path.sep, '/')}`)
  .filter((route) => !BESIDE_PAGES.test(route))

/** Addresses, of pages or of route handlers, with something for what they leave open. */
const paths = (name: 'page.tsx' | 'route.ts') =>
  readdirSync('app', { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === name)
    .map((file) => `/${path.dirname(file).replaceAll(path.sep, '/')}`.replace(/^\/\.$/, '/'))
    .map((route) => route.replace(/\/\[\[?\.\.\.\w+\]\]?/g, '/a').replace(/\[\w+\]/g, 'a'))

it('are the route handlers that Next has, no more and no less', () => {
  expect(ENDPOINTS.map(([route]) => route).toSorted()).toEqual(routes.toSorted())
})

it.each(ENDPOINTS)('%s is served by the same functions', async (route, handlers) => {
  const module: Record<string, unknown> = await import(path.resolve(`app${route}/route.ts`))
  for (const method of METHODS)
    expect(Reflect.get(handlers, method), `${method} ${route}`).toBe(module[method])
})

it('has no pages: those are rendered by Next', () => {
  for (const [route] of ENDPOINTS) expect(existsSync(`app${route}/page.tsx`)).toBe(false)
})

it('every page in front of Next is a page of Next as well', () => {
  for (const [route] of PAGES)
    expect([existsSync(`app${route}/page.tsx`), isPage(route)]).toEqual([true, true])
})

it('asks the specific paths first', () => {
  const earlier = new Set<string>()
  for (const [route] of ENDPOINTS) {
    const catchAll = [...earlier].filter((other) => other.endsWith('/[...path]'))
    for (const other of catchAll)
      expect(route.startsWith(other.replace('[...path]', '')), `${route} behind ${other}`).toBe(false)
    earlier.add(route)
  }
})

it('every page is known as one, and no route handler is', () => {
  expect(paths('route.ts').length).toBeGreaterThan(30)
  expect(paths('route.ts').filter(isPage)).toEqual([])
  expect(paths('page.tsx').filter((route) => !isPage(route))).toEqual([])
})

it('proxy.ts is for pages alone, in every spelling, and not where our own server has done its work', () => {
  const matches = (url: string, headers = {}) =>
    unstable_doesMiddlewareMatch({ config, nextConfig: {}, url, headers })
  expect(paths('route.ts').filter((route) => matches(route))).toEqual([])
  const spellings = paths('page.tsx').flatMap((page) => [
    page,
    page === '/' ? page : `${page}/`,
    page.replace('o', '%6f'),
    `${page}?x=1`,
  ])
  expect(spellings.filter((page) => !matches(page))).toEqual([])
  for (const value of ['', '1', 'n', '\\n', ' '])
    expect(matches('/console', { 'x-vestibule-own-server': value }), value).toBe(true)
})

it.each(['/%ff', '/console/%00', '/%E0%A4%A'])('proxy.ts refuses %s, which is no name', async (path) => {
  expect((await proxy(new NextRequest(`http://localhost:3000${path}`))).status).toBe(400)
})

it('proxy.ts costs our own server nothing: Next’s router finds no match for its requests', () => {
  const missing = config.matcher.flatMap((matcher) =>
    matcher.missing.map(({ key, value }) => ({ type: 'header' as const, key, value })),
  )
  const request = new IncomingMessage(new Socket())
  const isMatch = () => matchHas(request, {}, [], missing) !== false
  expect(isMatch()).toBe(true)
  markOwnServer(request.headers)
  expect(isMatch()).toBe(false)
  // Nothing of it is in headers that are made of these, which could not hold it.
  expect(Object.entries(request.headers)).toEqual([])
})
