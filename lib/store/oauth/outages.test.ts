import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import { tokenSigner } from '@/lib/crypto/signer'
import type { Client, Grant, Server } from '@/lib/oauth/model'
import { type CodeRecord, StoreUnavailable } from '@/lib/oauth/ports/ports'
import { parseParameters } from '@/lib/oauth/protocol/parameters'
import { deriveCodeChallenge } from '@/lib/oauth/protocol/pkce'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { type AuthorizationCodePorts, redeemAuthorizationCode } from '@/lib/oauth/token/authorization-code'
import { refreshTokens } from '@/lib/oauth/token/refresh-token'
import { postgresChallenges } from '@/lib/store/challenges/postgres'
import { offline } from '@/lib/store/test-support/offline'
import {
  insertConnection,
  insertServer,
  openStoreAt,
  type PostgresUnderTest,
} from '@/lib/store/test-support/open-store'
import { complete, completedLogin, newRequest } from '@/lib/store/test-support/store-under-test'
import { type OwnPostgres, startOwnPostgres } from '@/test/own-postgres'
import { signingKeyStore } from './signing-keys'

const VERIFIER = 'v'.repeat(43)

let own: OwnPostgres
let store: PostgresUnderTest
let ports: AuthorizationCodePorts & Parameters<typeof refreshTokens>[1]
let server: Server
let client: Client
let grant: Grant
let code: string

beforeAll(async () => {
  own = await startOwnPostgres()
  store = await openStoreAt(own.url)
  await store.db.clock.measure()
  ports = {
    ...store,
    challenges: postgresChallenges(store.db),
    secrets: secrets(keyring([{ id: 'k1', key: Buffer.alloc(32) }])),
    clock: store.db.clock.now,
    background: (_: string, work: Promise<unknown>) => void work.catch(() => {}),
    signer: tokenSigner(signingKeyStore(store.db, store.sealer), store.db.clock.now, new Map()),
    upstream: offline.upstream,
  }
})
afterAll(async () => {
  await store?.close()
  await own?.close()
})

/** A login whose code waits to be redeemed, at a server with opaque tokens. */
beforeEach(async () => {
  const connection = await insertConnection(store.db, store.sealer)
  const made = await newRequest(store, {
    server: await insertServer(store.db, connection, {
      tokenFormat: 'opaque',
      settings: { upstreamMaxAge: 180 * 24 * 3600 },
    }),
  })
  server = made.server
  client = made.client
  const login = completedLogin(made)
  // It has just been made, by the real clock.
  grant = await complete(store, login)
  code = ports.secrets.token('vst_code_')
  const record: CodeRecord = {
    codeChallenge: deriveCodeChallenge(VERIFIER),
    serverId: server.id,
    clientId: client.clientId,
    redirectUri: made.request.redirectUri,
    grantId: grant.id,
    requestId: made.request.id,
  }
  await ports.challenges.saveCode(hashSecret(code), record, 600)
})

const redeem = () => {
  const form = parseParameters(new URLSearchParams({ code, code_verifier: VERIFIER }))
  return redeemAuthorizationCode({ server, client, form }, ports)
}
const refresh = (token: string) => {
  const form = parseParameters(new URLSearchParams({ refresh_token: token }))
  return refreshTokens({ server, client, form }, ports)
}
const revokedAt = async () => (await store.grants.find(grant.id))?.revokedAt

/** What becomes of the work while a table is locked. */
async function whileLocked(table: string, work: () => Promise<unknown>): Promise<unknown> {
  const locker = postgres(own.url, { max: 1 })
  let outcome: unknown
  await locker.begin(async (tx) => {
    await tx.unsafe(`lock table ${table} in access exclusive mode`)
    outcome = await work().catch((error: unknown) => error)
  })
  await locker.end()
  return outcome
}

describe('a table that is locked for longer than a statement may take', () => {
  it('with the timeline: a code is redeemed without it', async () => {
    const tokens = { token_type: 'Bearer', refresh_token: expect.any(String) }
    expect(await whileLocked('authorization_requests', redeem)).toMatchObject(tokens)
  })

  it('with the refresh tokens: the code is as good as before when it is free again', {
    timeout: 30_000,
  }, async () => {
    const first = await whileLocked('refresh_tokens', redeem)
    expect(first).toBeInstanceOf(StoreUnavailable)
    expect(await redeem()).toMatchObject({ token_type: 'Bearer', refresh_token: expect.any(String) })
    expect(await revokedAt()).toBeUndefined()
  })

  it('with the access tokens: nothing is rotated, so that any later retry is the first', {
    timeout: 40_000,
  }, async () => {
    const { refresh_token: token = '' } = await redeem()
    const first = await whileLocked('access_tokens', () => refresh(token))
    expect(first).toBeInstanceOf(StoreUnavailable)
    expect((await store.refreshTokens.find(hashSecret(token)))?.token.rotatedAt).toBeUndefined()
    expect(await refresh(token)).toMatchObject({ refresh_token: expect.any(String) })
  })
})

/** What becomes of the work while nothing can be written to a table. */
async function whileRefused(table: string, work: () => Promise<unknown>): Promise<unknown> {
  const run = (statement: string) => store.db.execute(sql.raw(statement))
  await run(`create or replace function refuse() returns trigger language plpgsql as $$ begin
    raise 'out of time' using errcode = 'query_canceled';
  end $$`)
  await run(`create trigger refuse before insert or update on ${table} execute function refuse()`)
  const outcome = await work().catch((error: unknown) => error)
  await run('drop function refuse cascade')
  return outcome
}

describe.each(['read', 'remembered'])('for a server and a client that were %s', (known) => {
  beforeEach(async () => {
    // The server's first key is a change of it.
    await ports.signer.ready(server.id)
    if (known === 'read') return
    server = { ...server, version: 2 }
    client = { ...client, version: 1 }
  })

  it('a timeline that cannot be written holds back no tokens', async () => {
    const tokens = await whileRefused('authorization_requests', redeem)
    expect(tokens).toMatchObject({ refresh_token: expect.any(String) })
  })

  it.each(['access_tokens', 'refresh_tokens'])(
    '%s that cannot be written leave the code as good as before',
    async (table) => {
      expect(await whileRefused(table, redeem)).toBeInstanceOf(StoreUnavailable)
      expect(await redeem()).toMatchObject({ refresh_token: expect.any(String) })
      expect(await revokedAt()).toBeUndefined()
    },
  )

  it.each(['access_tokens', 'refresh_tokens'])(
    '%s that cannot be written leave the refresh token as good as before',
    async (table) => {
      const { refresh_token: token = '' } = await redeem()
      expect(await whileRefused(table, () => refresh(token))).toBeInstanceOf(StoreUnavailable)
      expect((await store.refreshTokens.find(hashSecret(token)))?.token.rotatedAt).toBeUndefined()
      expect(await refresh(token)).toMatchObject({ refresh_token: expect.any(String) })
    },
  )
})

describe('a database that was frozen', () => {
  it('does nothing of what it reads after its callers have given up', { timeout: 60_000 }, async () => {
    const { refresh_token: token = '' } = await redeem()
    own.freeze()
    const refreshed = refresh(token).catch((error: unknown) => error)
    // Read by nobody before the deadline: a statement under way would be ended by its own time-out.
    const rotated = store.refreshTokens
      .rotate(hashSecret(token), { successor: rowOf(token), grace: 60 })
      .catch((error: unknown) => error)
    expect(await refreshed).toBeInstanceOf(StoreUnavailable)
    expect(await rotated).toBeInstanceOf(StoreUnavailable)
    await wait(1_000)
    own.thaw()
    await store.db.execute(sql`select 1`)
    await wait(500)
    const found = await store.refreshTokens.find(hashSecret(token))
    expect(found?.token.rotatedAt).toBeUndefined()
    expect(await refresh(token)).toMatchObject({ refresh_token: expect.any(String) })
    expect(await revokedAt()).toBeUndefined()
  })
})

const rowOf = (token: string) => ({
  hash: hashSecret(`successor of ${token}`),
  grantId: grant.id,
  nonce: 'n',
  keyId: 'k1',
  issuedAt: new Date(),
  expiresAt: new Date(Date.now() + 86_400_000),
})
