import { readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROUTES } from './api/routes/all'
import { freeSlug, RESERVED_SLUGS, slugFrom } from './slug'

it.each([
  ['Acme Login (EU)', 'acme-login-eu'],
  ['Müller & Söhne', 'muller-sohne'],
  ['Hauptstraße', 'hauptstrasse'],
  ['  -- 42', '42'],
  ['東京', ''],
  ['a b'.repeat(20), 'a-ba-ba-ba-ba-ba-ba'],
])('a slug from %j', (name, slug) => {
  expect(slugFrom(name, 20)).toBe(slug)
})

it('a slug that is taken gets the first free number', () => {
  expect(freeSlug('files', ['files', 'files-2'])).toBe('files-3')
  expect(freeSlug('files', ['other'])).toBe('files')
})

describe('a reserved slug', () => {
  const routes = readdirSync('app', { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep))
    .filter((steps) => /^(page\.tsx|route\.ts)$/.test(steps.at(-1) ?? ''))

  /** What stands beside each parameter, by the parameter: `operators` beside `organization`. */
  const beside = new Map<string, Set<string>>()
  for (const dynamic of routes)
    for (const [depth, step] of dynamic.entries()) {
      const [, parameter] = /^\[(\w+)\]$/.exec(step) ?? []
      if (parameter === undefined) continue
      const parent = dynamic.slice(0, depth).join('/')
      const siblings = routes.filter((steps) => steps.slice(0, depth).join('/') === parent)
      const fixed = siblings.map((steps) => steps[depth] ?? '').filter((name) => !/^\[|\.tsx?$/.test(name))
      beside.set(parameter, new Set([...(beside.get(parameter) ?? []), ...fixed]))
    }

  it.each(['organization', 'connection', 'server'] as const)('is every page beside that of a %s', (kind) => {
    expect([...(beside.get(kind) ?? [])].toSorted()).toEqual(RESERVED_SLUGS[kind].toSorted())
  })

  it('is needed nowhere else: other parameters are random', () => {
    const others = [...beside].filter(([name, names]) => !(name in RESERVED_SLUGS) && names.size > 0)
    expect(others).toEqual([
      ['token', new Set(['finished'])],
      ['reference', new Set(['tail'])],
    ])
  })

  it('is no part of an address of the API', () => {
    const templates = ROUTES.map((route) => route.path.split('/'))
    const shadowed = templates.filter((steps) =>
      templates.some((other) =>
        other.some(
          (step, i) =>
            step.startsWith('{') &&
            steps[i] !== undefined &&
            !steps[i].startsWith('{') &&
            other.slice(0, i).join('/') === steps.slice(0, i).join('/'),
        ),
      ),
    )
    expect(shadowed.map((steps) => steps.join('/'))).toEqual([])
  })
})
