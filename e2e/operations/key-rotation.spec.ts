import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { refresh } from '../support/attack-tokens'
import { hostFetch } from '../support/host-fetch'
import { type OwnServer, startOwnServer } from '../support/own-server'
import { test as base, expect } from '../support/test'
import type { World } from '../support/world'

/** Every test rotates the keys of a server of its own. */
const test = base.extend<{ server: OwnServer }>({
  server: async ({ world }, use) => {
    const server = await startOwnServer(world)
    await use(server)
    await server.close()
  },
})

async function keySet({ issuer }: OwnServer) {
  const response = await hostFetch(`${issuer}/oauth/jwks`)
  expect(response.headers.get('cache-control')).toBe('public, max-age=300')
  return response.json()
}

const kidsOf = async (server: OwnServer): Promise<string[]> =>
  (await keySet(server)).keys.map(({ kid }: { kid: string }) => kid)

const kidOf = (token: string) => decodeProtectedHeader(token).kid

const verify = async (server: OwnServer, token: string) =>
  jwtVerify(token, createLocalJWKSet(await keySet(server)), {
    issuer: server.issuer,
    audience: server.resource,
  })

async function refreshed(server: OwnServer, { refresh_token }: { readonly refresh_token: string }) {
  const response = await refresh(server.issuer, refresh_token)
  expect(response.status).toBe(200)
  return response.json()
}

/** The key set that has as many keys: an instance may send one that is a second old. */
async function kidsOnce(server: OwnServer, count: number): Promise<string[]> {
  await expect.poll(async () => (await kidsOf(server)).length).toBe(count)
  return kidsOf(server)
}

async function rotate(world: World, server: OwnServer, ...options: string[]) {
  const done = await world.app.cli(['keys', 'rotate', server.slug, ...options])
  expect(done).toMatchObject({ code: 0, stderr: '' })
  return done.stdout
}

test('a new key is published before it signs, and tokens go on as if nothing had happened', async ({
  server,
  world,
}) => {
  const tokens = await server.logIn()
  const [old] = await kidsOf(server)
  expect(kidOf(tokens.access_token)).toBe(old)

  const printed = await rotate(world, server)
  expect(printed).toContain(`current  ${old}`)
  const kids = await kidsOnce(server, 2)
  expect(printed).toContain(`next     ${kids[1]}`)
  // Published in the same shape, and without its private half.
  const { keys } = await keySet(server)
  for (const key of keys)
    expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])

  const next = await refreshed(server, tokens)
  expect(kidOf(next.access_token)).toBe(old)
  for (const { access_token } of [tokens, next]) {
    await verify(server, access_token)
    expect((await server.introspect(access_token)).active).toBe(true)
  }
})

test('a second rotation waits for the first', async ({ server, world }) => {
  await server.logIn()
  await rotate(world, server)
  const kids = await kidsOnce(server, 2)
  expect(await rotate(world, server)).toContain('on its way already')
  expect(await kidsOf(server)).toEqual(kids)
  expect((await world.app.cli(['keys', 'list', server.slug])).stdout).toContain(`next     ${kids[1]}`)
})

test('in an emergency the new key signs once it is published, and clients refresh', async ({
  server,
  world,
}) => {
  let next = await server.logIn()
  const [stolen] = await kidsOf(server)
  expect(await rotate(world, server, '--now')).toContain('access tokens that they signed become useless')
  await expect(async () => {
    // An instance that is asked for its key set looks whether it signs with the right one.
    expect(await kidsOf(server)).toHaveLength(2)
    next = { ...next, ...(await refreshed(server, next)) }
    expect(kidOf(next.access_token)).not.toBe(stolen)
  }).toPass()
  await verify(server, next.access_token)
  expect((await server.introspect(next.access_token)).active).toBe(true)
})

test('one server’s rotation leaves other servers’ keys alone', async ({ server, world }) => {
  const before = await (await hostFetch(`${world.issuers.root}/oauth/jwks`)).json()
  await server.logIn()
  await rotate(world, server, '--now')
  expect(await (await hostFetch(`${world.issuers.root}/oauth/jwks`)).json()).toEqual(before)
})
