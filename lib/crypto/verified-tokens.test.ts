import { expect, it } from 'vitest'
import { verifiedTokens } from './verified-tokens'

/** Tokens whose signature is good unless they are called bad; how often each is verified. */
function scene(most?: number) {
  const tokens = verifiedTokens(most)
  const verified: string[] = []
  const find = (token: string) =>
    tokens.find(token, () => {
      verified.push(token)
      return token === 'bad' ? null : { kid: 'k', claims: { sub: token } }
    })
  return { find, verified }
}

it('are verified once, and tell the same again', () => {
  const { find, verified } = scene()
  const first = find('alice')
  expect([find('alice'), find('bob'), find('alice')]).toEqual([
    first,
    { kid: 'k', claims: { sub: 'bob' } },
    first,
  ])
  expect(verified).toEqual(['alice', 'bob'])
})

it('are verified each time where the signature is bad', () => {
  const { find, verified } = scene()
  expect([find('bad'), find('bad')]).toEqual([null, null])
  expect(verified).toEqual(['bad', 'bad'])
})

it('are so many and no more: the oldest goes', () => {
  const { find, verified } = scene(2)
  for (const token of ['a', 'b', 'c', 'b', 'c', 'a']) find(token)
  expect(verified).toEqual(['a', 'b', 'c', 'a'])
})
