import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
  random,
} from '@/lib/store/test-support/store-under-test'
import type { Claims, Server } from '../model'
import type { AccessPolicy } from '../protocol/access-rules'
import { hashSecret } from '../protocol/secret-hash'
import { consentPrompt } from './prompt'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const read = { name: 'files:read', description: 'Read', upstreamScopes: [] }
const write = {
  ...read,
  name: 'files:write',
  when: { claim: 'groups', contains: 'editors' } as const,
}
const STAFF: AccessPolicy = {
  default: 'deny',
  allow: { users: [], when: { claim: 'groups', contains: 'staff' } },
  contact: 'it@acme.example',
}

async function newServer(access?: AccessPolicy, connection?: { id: string; organizationId: string }) {
  return insertServer(store.db, connection ?? (await insertConnection(store.db, store.sealer)), {
    settings: access ? { access } : {},
    scopes: [read, write],
  })
}

/** A browser whose user has logged in at the server once; what the page then says of the next request. */
async function seen(server: Server, claims: Claims, at = server, scope = ['files:read', 'files:write']) {
  const cookie = random()
  const login = completedLogin(await newRequest(store, { server }), { session: { hash: hashSecret(cookie) } })
  await complete(store, { ...login, userClaims: claims })
  const { request } = await newRequest(store, { server: at }, { scope })
  const ports = { ...store, clock: () => later(60) }
  const shown = async (value: string | undefined) =>
    (await consentPrompt(request.id, () => value, ports))?.refused
  return { known: await shown(cookie), unknown: await shown(undefined) }
}

describe('what rules will refuse, on the consent page', () => {
  it('is marked for a user who is known, and is no secret of another', async () => {
    const { known, unknown } = await seen(await newServer(), { sub: 's', groups: ['staff'] })
    expect(known).toEqual({ all: false, scopes: ['files:write'] })
    expect(unknown).toBeUndefined()
  })

  it('is all of it, with whom to ask, where the user may not use the server', async () => {
    const server = await newServer(STAFF)
    const { known } = await seen(server, { sub: 's', groups: ['visitors'] })
    expect(known).toEqual({ all: true, scopes: ['files:write'], contact: 'it@acme.example' })
    const nothing = await seen(await newServer(), { sub: 's' }, undefined, ['files:write', 'openid'])
    expect(nothing.known).toMatchObject({ all: true, scopes: ['files:write'] })
  })

  it('is nothing where the user gets what was asked for', async () => {
    const { known } = await seen(await newServer(STAFF), { sub: 's', groups: ['staff', 'editors'] })
    expect(known).toBeUndefined()
  })

  it('is known from a login at another server behind the same connection', async () => {
    const connection = await insertConnection(store.db, store.sealer)
    const [one, other] = [await newServer(undefined, connection), await newServer(STAFF, connection)]
    expect((await seen(one, { sub: 's', groups: ['visitors'] }, other)).known).toMatchObject({ all: true })
  })
})
