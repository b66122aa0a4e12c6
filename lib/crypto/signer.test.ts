import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ACCESS_TOKEN_MAX_LIFETIME,
  DOCUMENT_CACHE,
  KEY_SET_MAX_AGE,
  SIGNING_KEY_CACHE,
} from '@/lib/oauth/protocol/lifetimes'
import { signingKeyStore } from '@/lib/store/oauth/signing-keys'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { PUBLICATION_LEAD, RETENTION } from './key-schedule'
import { rotateKey } from './rotate-key'
import { tokenSigner } from './signer'
import type { SigningKeys } from './signing-key'

let store: PostgresUnderTest
let keys: SigningKeys
beforeAll(async () => {
  store = await openStore()
  keys = signingKeyStore(store.db, store.sealer)
})
afterAll(() => store?.close())

/** A server, a clock that the test moves, and as many processes as it wants. */
async function scene() {
  const { id } = await store.newServer()
  let elapsed = 0
  const clock = () => new Date(Date.UTC(2026, 10, 2, 9, 0, elapsed))
  const newProcess = () => {
    const signer = tokenSigner(keys, clock, new Map())
    return {
      sign: async () => (await signer.ready(id)).accessToken({ sub: 'alice' }),
      signIdToken: async () => (await signer.ready(id)).idToken({ sub: 'alice' }),
      /** The key that it signs with. */
      signsWith: async () => decodeProtectedHeader(await (await signer.ready(id)).accessToken({})).kid,
      published: async () => (await signer.publicKeys(id)).map(({ kid }) => kid),
      verify: (token: string) => signer.verify(id, token),
    }
  }
  return {
    id,
    newProcess,
    at: (seconds: number) => {
      elapsed = seconds
    },
    rotate: (options?: Parameters<typeof rotateKey>[3]) => rotateKey(keys, id, clock(), options),
  }
}

/** The key of this rotation that was not there before. */
const newest = ({ keys: all }: Awaited<ReturnType<typeof rotateKey>>) => all.at(-1)?.kid

describe('a server’s first key', () => {
  it('is one, however many processes need it at once', async () => {
    const { newProcess } = await scene()
    const processes = Array.from({ length: 10 }, newProcess)
    const kids = await Promise.all(processes.map(({ signsWith }) => signsWith()))
    expect(new Set(kids).size).toBe(1)
    expect(await processes[0]?.published()).toEqual([kids[0]])
  })
})

describe('a rotation', () => {
  it('publishes the new key before anything is signed with it, for as long as a key set may be kept', async () => {
    const { newProcess, rotate, at } = await scene()
    const server = newProcess()
    const old = await server.signsWith()
    const key = newest(await rotate())
    expect(key).not.toBe(old)
    expect(await server.published()).toEqual([old, key])
    expect(PUBLICATION_LEAD).toBeGreaterThanOrEqual(KEY_SET_MAX_AGE + SIGNING_KEY_CACHE)
    for (const seconds of [1, KEY_SET_MAX_AGE, PUBLICATION_LEAD - 1]) {
      at(seconds)
      expect(await server.signsWith()).toBe(old)
    }
    at(PUBLICATION_LEAD)
    expect(await server.signsWith()).toBe(key)
  })

  it('takes effect at the same moment in every process, whatever they keep', async () => {
    const { newProcess, rotate, at } = await scene()
    const [early, late] = [newProcess(), newProcess()]
    await early.signsWith()
    const key = newest(await rotate())
    // One looks just before the moment, and would keep the old key for a minute; the other long before.
    for (let seconds = 30; seconds < PUBLICATION_LEAD; seconds += 31) {
      at(seconds)
      await early.sign()
    }
    at(PUBLICATION_LEAD - 1)
    expect(await late.signsWith()).not.toBe(key)
    at(PUBLICATION_LEAD)
    expect(await Promise.all([early.signsWith(), late.signsWith()])).toEqual([key, key])
  })

  it('refuses no token before it expires, and publishes the old key just as long', async () => {
    const { newProcess, rotate, at } = await scene()
    const server = newProcess()
    const old = await server.signsWith()
    await rotate()
    at(PUBLICATION_LEAD - 1)
    const last = await server.sign()
    at(PUBLICATION_LEAD - 1 + ACCESS_TOKEN_MAX_LIFETIME)
    expect(await server.verify(last)).toEqual({ sub: 'alice' })
    expect(await server.published()).toContain(old)
    at(PUBLICATION_LEAD + RETENTION)
    expect(await server.published()).not.toContain(old)
    expect(await server.verify(last)).toBeNull()
  })

  it('is one at a time, however many ask for it at once', async () => {
    const { newProcess, rotate } = await scene()
    await newProcess().sign()
    const rotations = await Promise.all(Array.from({ length: 10 }, () => rotate()))
    expect(rotations.filter(({ outcome }) => outcome === 'rotated')).toHaveLength(1)
    expect(new Set(rotations.map(newest)).size).toBe(1)
  })

  it('forgets keys that no token can need, and no others', async () => {
    const { id, newProcess, rotate, at } = await scene()
    const first = await newProcess().signsWith()
    const second = newest(await rotate())
    at(PUBLICATION_LEAD + RETENTION - 1)
    const third = newest(await rotate())
    expect((await keys.list(id)).map(({ kid }) => kid)).toEqual([first, second, third])
    at(2 * (PUBLICATION_LEAD + RETENTION) - 1)
    const fourth = newest(await rotate())
    expect((await keys.list(id)).map(({ kid }) => kid)).toEqual([third, fourth])
    expect(await keys.find(id, first ?? '')).toBeNull()
  })
})

describe('an emergency', () => {
  it('signs with a new key once every key set shows it, and withdraws the others when no process signs with them any more', async () => {
    const { newProcess, rotate, at } = await scene()
    const [server, other] = [newProcess(), newProcess()]
    const stolen = await server.signsWith()
    const key = newest(await rotate({ emergency: true }))
    expect(await other.published()).toEqual([stolen, key])
    expect(await newProcess().signsWith()).toBe(stolen)
    at(DOCUMENT_CACHE)
    expect(await other.signsWith()).toBe(key)
    // A process may keep the stolen key for a minute; what it signs meanwhile is still good then.
    at(SIGNING_KEY_CACHE - 1)
    expect(await server.signsWith()).toBe(stolen)
    expect(await server.published()).toEqual([stolen, key])
    at(SIGNING_KEY_CACHE)
    expect(await server.signsWith()).toBe(key)
    expect(await server.published()).toEqual([key])
  })

  it('makes forgeries with the stolen key worthless', async () => {
    const { newProcess, rotate, at } = await scene()
    const thief = newProcess()
    const forged = await thief.sign()
    await rotate({ emergency: true })
    at(SIGNING_KEY_CACHE)
    expect(await newProcess().verify(forged)).toBeNull()
  })

  it('does not trust a key that was about to sign', async () => {
    const { newProcess, rotate, at } = await scene()
    const server = newProcess()
    await server.sign()
    const next = newest(await rotate())
    at(100)
    const key = newest(await rotate({ emergency: true }))
    expect(await server.published()).not.toContain(next)
    at(PUBLICATION_LEAD + 100)
    expect(await server.signsWith()).toBe(key)
  })

  it('is noticed by a process that looks at the key set', async () => {
    const { newProcess, rotate, at } = await scene()
    const server = newProcess()
    await server.sign()
    const key = newest(await rotate({ emergency: true }))
    await server.published()
    at(DOCUMENT_CACHE)
    expect(await server.signsWith()).toBe(key)
  })
})

describe('verification', () => {
  it('knows no other server’s keys', async () => {
    const [mine, theirs] = [await scene(), await scene()]
    const token = await theirs.newProcess().sign()
    await mine.newProcess().sign()
    expect(await mine.newProcess().verify(token)).toBeNull()
  })

  it('takes no ID token for an access token, though the key is the same', async () => {
    const { newProcess } = await scene()
    const server = newProcess()
    const [access, id] = [await server.sign(), await server.signIdToken()]
    expect(decodeProtectedHeader(id)).toEqual({ ...decodeProtectedHeader(access), typ: 'JWT' })
    expect(await server.verify(access)).toEqual({ sub: 'alice' })
    expect(await server.verify(id)).toBeNull()
  })

  it('accepts no other type, algorithm or signature [RFC-42]', async () => {
    const { newProcess } = await scene()
    const server = newProcess()
    const [header = '', payload, signature] = (await server.sign()).split('.')
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString())
    const withHeader = (changed: object, end = signature) =>
      [Buffer.from(JSON.stringify({ kid, ...changed })).toString('base64url'), payload, end].join('.')
    for (const token of [
      withHeader({ alg: 'none', typ: 'at+jwt' }, ''),
      withHeader({ alg: 'HS256', typ: 'at+jwt' }),
      withHeader({ alg: 'ES256', typ: 'JWT' }),
      `${header}.${payload}.${'A'.repeat(86)}`,
      'vst_at_nonsense',
      '',
    ])
      expect(await server.verify(token)).toBeNull()
  })
})
