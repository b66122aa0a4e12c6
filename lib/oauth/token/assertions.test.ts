import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { assertionVerifier } from '@/lib/crypto/assertion-verifier'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import { tokenSigner } from '@/lib/crypto/signer'
import { postgresChallenges } from '@/lib/store/challenges/postgres'
import { assertionIdStore } from '@/lib/store/oauth/assertion-ids'
import { clientDocumentStore } from '@/lib/store/oauth/client-documents'
import { signingKeyStore } from '@/lib/store/oauth/signing-keys'
import { offline } from '@/lib/store/test-support/offline'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { newClient, random, times } from '@/lib/store/test-support/store-under-test'
import type { Server } from '../model'
import { StoreUnavailable } from '../ports/ports'
import { JWT_BEARER } from '../protocol/grant-types'
import { exchange, type TokenEndpointPorts } from './token-endpoint'

const ISSUER = 'https://acme.okta.example'

let store: PostgresUnderTest
let ports: TokenEndpointPorts
let server: Server
let key: Awaited<ReturnType<typeof generateKeyPair>>
beforeAll(async () => {
  store = await openStore()
  await store.db.clock.measure()
  key = await generateKeyPair('ES256')
  ports = {
    ...store,
    ...offline,
    assertionIds: assertionIdStore(store.db),
    assertionVerifier,
    challenges: postgresChallenges(store.db),
    clientDocuments: clientDocumentStore(store.db),
    secrets: secrets(keyring([{ id: 'k1', key: randomBytes(32) }])),
    signer: tokenSigner(signingKeyStore(store.db, store.sealer), store.db.clock.now, new Map()),
    clock: store.db.clock.now,
    background: (_: string, work: Promise<unknown>) => void work.catch(() => {}),
  }
  server = {
    ...(await store.newServer()),
    trustedIssuers: [{ issuer: ISSUER, jwksUri: `${ISSUER}/keys`, publicClients: true }],
  }
  const fetchedAt = new Date()
  const freshUntil = new Date(Date.now() + 600_000)
  await ports.clientDocuments.save(`${ISSUER}/keys`, { body: await keySet(), fetchedAt, freshUntil })
})
afterAll(() => store?.close())

const keySet = async () => ({ keys: [{ ...(await exportJWK(key.publicKey)), kid: 'one' }] })

const signed = (claims: Record<string, unknown>, typ = 'JWT') =>
  new SignJWT({ jti: random(), ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'one', typ })
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(key.privateKey)

const present = (form: Record<string, string>, failing: Partial<TokenEndpointPorts> = {}) =>
  exchange(server, { body: new URLSearchParams(form), authorization: undefined }, { ...ports, ...failing })

const down = () => Promise.reject(new StoreUnavailable('postgres'))
const refused = (code: string) => expect.objectContaining({ code })

/** Of many at once one gets what it asks for; later ones get nothing. */
async function expectOnce(ask: () => Promise<unknown>, otherwise: string): Promise<void> {
  const answers = await Promise.allSettled(times(8, ask))
  const reasons = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
  expect(reasons).toEqual(Array(7).fill(refused(otherwise)))
  await expect(ask()).rejects.toThrow(refused(otherwise))
}

it('an identity assertion that our trouble refused may come again, and is good once', async () => {
  const grantTypes = [JWT_BEARER] as const
  const { clientId } = await store.clients.register(newClient(server.id, { grantTypes }))
  const claims = {
    iss: ISSUER,
    sub: 'alice',
    aud: server.issuer,
    client_id: clientId,
    resource: server.resource,
  }
  const assertion = await signed(claims, 'oauth-id-jag+jwt')
  const form = { grant_type: JWT_BEARER, client_id: clientId, assertion }
  const failing = { logins: { ...ports.logins, assert: down } }
  await expect(present(form, failing)).rejects.toBeInstanceOf(StoreUnavailable)
  await expectOnce(() => present(form), 'invalid_grant')
})

it('a client that signs may send the same request again that our trouble refused, and nothing twice', async () => {
  const signing = { tokenEndpointAuthMethod: 'private_key_jwt', jwks: await keySet() } as const
  const { clientId } = await store.clients.register({
    ...newClient(server.id, { ...signing, grantTypes: ['client_credentials'] }),
    kind: 'preregistered',
  })
  const form = {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await signed({ iss: clientId, sub: clientId, aud: server.issuer }),
  }
  const failing = { grants: { ...ports.grants, ofClient: down } }
  await expect(present(form, failing)).rejects.toBeInstanceOf(StoreUnavailable)
  await expectOnce(() => present(form), 'invalid_client')
})
