import { describe, expect, it } from 'vitest'
import { isOfHosts } from './client-admission'

describe('a list of hosts', () => {
  const site = (...redirectUris: string[]) => ({ kind: 'registered', clientId: 'x', redirectUris }) as const
  const document = (clientId: string) =>
    ({ kind: 'metadata_document', clientId, redirectUris: [] as string[] }) as const

  it.each([['https://claude.ai/api/callback'], ['https://claude.ai/one', 'https://claude.ai/two']])(
    'lets a client in that leads there alone: %s',
    (...uris) => {
      expect(isOfHosts(['claude.ai'], site(...uris))).toBe(true)
    },
  )

  it.each([
    ['whose host merely ends with it', ['https://evil-claude.ai/cb']],
    ['at a host below it', ['https://evil.claude.ai/cb']],
    ['at a host that begins with it', ['https://claude.ai.evil.example/cb']],
    ['at another port of it', ['https://claude.ai:8443/cb']],
    ['that has the host as a name', ['https://claude.ai@evil.example/cb']],
    ['that has the host in its path', ['https://evil.example/claude.ai']],
    ['with one other redirect URI', ['https://claude.ai/cb', 'https://evil.example/cb']],
    ['on the computer of the user', ['http://127.0.0.1/cb']],
    ['with a scheme of its own', ['claude://callback']],
    ['with a program beside the site', ['https://claude.ai/cb', 'http://127.0.0.1/cb']],
    ['that leads nowhere', []],
  ])('keeps a client out %s', (_, uris) => {
    expect(isOfHosts(['claude.ai'], site(...uris))).toBe(false)
  })

  it('lets a document of the host in, to that host or to a program', () => {
    const claude = document('https://claude.ai/client.json')
    for (const uri of [undefined, 'https://claude.ai/cb', 'http://127.0.0.1:3000/cb'])
      expect(isOfHosts(['claude.ai'], claude, uri)).toBe(true)
    expect(isOfHosts(['claude.ai'], claude, 'https://evil.example/cb')).toBe(false)
    for (const url of ['https://evil-claude.ai/client.json', 'https://evil.example/claude.ai'])
      expect(isOfHosts(['claude.ai'], document(url), 'https://claude.ai/cb')).toBe(false)
  })
})
