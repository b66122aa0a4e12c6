import { describe, expect, it } from 'vitest'
import { isLoopbackUrl, parseUrl } from './parse-url'

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

describe('isLoopbackUrl', () => {
  it.each(['localhost', 'acme.localhost', '127.0.0.1', '127.1.2.3', '[::1]'])('knows %s', (host) => {
    expect(isLoopbackUrl({ hostname: host })).toBe(true)
  })
  it.each([
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '0.0.0.0',
    '10.0.0.1',
    '[::2]',
    'evillocalhost',
  ])('does not take %s for this machine', (host) => {
    expect(isLoopbackUrl({ hostname: host })).toBe(false)
  })
})
