import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import { tokenSigner } from '@/lib/crypto/signer'
import { signingKeyStore } from '@/lib/store/oauth/signing-keys'
import { offline } from '@/lib/store/test-support/offline'
import {
  insertConnection,
  insertServer,
  openStore,
  type PostgresUnderTest,
} from '@/lib/store/test-support/open-store'
import {
  complete,
  completedLogin,
  later,
  newRequest,
  redeemAt,
} from '@/lib/store/test-support/store-under-test'
import type { Client, Grant, Server } from '../model'
import { parseParameters } from '../protocol/parameters'
import { hashSecret } from '../protocol/secret-hash'
import { newRefreshToken, type TokenResponse } from './issue'
import { type RefreshTokenPorts, refreshTokens } from './refresh-token'

const DAY = 24 * 3600

let store: PostgresUnderTest
let ports: RefreshTokenPorts
let server: Server
let client: Client
let grant: Grant
let first: string
let seconds: number

beforeAll(async () => {
  store = await openStore()
  // Of the ports only those that a refresh needs; work that no answer waits for may fail.
  ports = {
    ...store,
    secrets: secrets(keyring([{ id: 'k1', key: randomBytes(32) }])),
    clock: () => later(seconds),
    background: (_: string, work: Promise<unknown>) => void work.catch(() => {}),
    signer: tokenSigner(signingKeyStore(store.db, store.sealer), () => later(seconds), new Map()),
    upstream: offline.upstream,
  }
})
afterAll(() => store?.close())

/** A login that was redeemed, with its first refresh token. */
beforeEach(async () => {
  seconds = 30
  const connection = await insertConnection(store.db, store.sealer)
  const opaque = await insertServer(store.db, connection, {
    tokenFormat: 'opaque',
    settings: { upstreamMaxAge: 180 * 24 * 3600 },
  })
  const made = await newRequest(store, { server: opaque })
  server = made.server
  client = made.client
  grant = await complete(store, completedLogin(made))
  first = ports.secrets.token('vst_rt_')
  const row = newRefreshToken(first, server, grant, ports)
  await redeemAt(store, seconds, grant, { ...row, grantId: grant.id })
})

const refresh = async (refresh_token: string): Promise<TokenResponse> => {
  const form = parseParameters(new URLSearchParams({ refresh_token }))
  await store.setClock(later(seconds))
  return refreshTokens({ server, client, form }, ports)
}
const dead = expect.objectContaining({ code: 'invalid_grant', status: 400 })

describe('a refresh token that comes back after it was spent (RFC 9700 §4.14.2)', () => {
  it('ends its whole family outside the window for retries, and every access token with it [AS-31 RFC-33 H-29]', async () => {
    const { refresh_token: second = '', access_token } = await refresh(first)
    seconds += 61
    await expect(refresh(first)).rejects.toThrow(dead)
    await expect(refresh(second)).rejects.toThrow(dead)
    expect((await store.grants.find(grant.id))?.revokedAt).toEqual(later(seconds))
    expect((await store.accessTokens.find(hashSecret(access_token)))?.grant.revokedAt).toBeDefined()
  })

  it('ends the family also where a thief was the first to use it', async () => {
    const { refresh_token: thiefs = '' } = await refresh(first)
    seconds += 3600
    const { refresh_token: thiefsNext = '' } = await refresh(thiefs)
    await expect(refresh(first)).rejects.toThrow(dead)
    await expect(refresh(thiefsNext)).rejects.toThrow(dead)
  })

  it('is a retry inside the window', async () => {
    const { refresh_token: second } = await refresh(first)
    seconds += 59
    expect((await refresh(first)).refresh_token).toBe(second)
    expect((await store.grants.find(grant.id))?.revokedAt).toBeUndefined()
  })
})

describe('the life of a family', () => {
  it('ends without use for the server’s refresh lifetime [RFC-33 H-29]', async () => {
    const { refresh_token: second = '' } = await refresh(first)
    seconds += server.refreshTokenLifetime + 1
    await expect(refresh(second)).rejects.toThrow(dead)
  })

  it('is moved on by each use, but not beyond 180 days [RFC-33 H-29]', async () => {
    let token = first
    for (let use = 0; use < 6; use++) {
      seconds += 29 * DAY
      token = (await refresh(token)).refresh_token ?? ''
    }
    seconds += 7 * DAY
    await expect(refresh(token)).rejects.toThrow(dead)
  })
})
