import { expect, it } from 'vitest'
import { parseUrl } from './parse-url'

it('understands a host with letters beyond ASCII, however often it is asked', () => {
  const answers = new Set<string | undefined>()
  for (let asked = 0; asked < 20_000; asked++) answers.add(parseUrl('https://bücher.example/a')?.host)
  expect([...answers]).toEqual(['xn--bcher-kva.example'])
})

it('is undefined for what is no URL', () => {
  expect([parseUrl('https://'), parseUrl('a b'), parseUrl('/path')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  expect(parseUrl('/path', 'https://a.example')?.href).toBe('https://a.example/path')
})
