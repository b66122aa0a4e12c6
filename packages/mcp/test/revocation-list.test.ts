import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Unavailable } from '../src/errors'
import { revocationList } from '../src/revocation-list'

const digest = (name: string) =>
  createHash('sha256').update(name).digest().subarray(0, 12).toString('base64url')
const GRANT = digest('gid:g')

describe('what a verifier knows of revocations', () => {
  it('has tokens that were issued until the moment itself, and no later ones', async () => {
    const { add, has } = revocationList()
    add({ [GRANT]: [10, 100] }, 0)
    expect(await has({ gid: 'g', iat: 9 })).toBe(true)
    expect(await has({ gid: 'g', iat: 10 })).toBe(true)
    expect(await has({ gid: 'g', iat: 11 })).toBe(false)
    expect(await has({ gid: 'g' })).toBe(true)
    expect(await has({ gid: 'other', iat: 1 })).toBe(false)
    expect(await has({ gid: 7, iat: 1 })).toBe(false)
  })

  it('keeps an entry for as long as any document said, and not longer', async () => {
    const { add, has } = revocationList()
    add({ [GRANT]: [10, 100] }, 0)
    add({ [GRANT]: [5, 50] }, 0)
    add({}, 100)
    expect(await has({ gid: 'g', iat: 10 })).toBe(true)
    add({}, 101)
    expect(await has({ gid: 'g', iat: 10 })).toBe(false)
  })

  it('knows everything that it was told of, whatever letters its digest has', async () => {
    const { add, has } = revocationList()
    const grants = Array.from({ length: 40 }, (_, at) => `grant-${at}`)
    const digests = grants.map((grant) => digest(`gid:${grant}`))
    expect(digests.join('')).toMatch(/-.*_|_.*-/)
    add(Object.fromEntries(digests.map((name) => [name, [10, 100]])), 0)
    for (const gid of grants) expect(await has({ gid, iat: 10 }), gid).toBe(true)
  })

  it.each([
    ['no object', undefined],
    ['nothing', null],
    ['a list', []],
    ['a word', 'x'],
    ['an entry that is no list', { [GRANT]: 1 }],
    ['an entry without an end', { [GRANT]: [1] }],
    ['an entry of three moments', { [GRANT]: [1, 100, 100] }],
    ['a moment that is no number', { [GRANT]: ['1', 100] }],
    ['an end that is no number', { [GRANT]: [1, '100'] }],
  ])('takes nothing from a document with %s', async (_, revoked) => {
    const { add, has } = revocationList()
    add({ [GRANT]: [10, 100] }, 0)
    expect(() => add(revoked, 0)).toThrow(Unavailable)
    expect(await has({ gid: 'g', iat: 10 })).toBe(true)
    expect(await has({ gid: 'g', iat: 11 })).toBe(false)
  })
})
