import { beforeEach, describe, expect, it } from 'vitest'
import type { OrganizationScope } from '../access'
import { createApiKey } from '../api-keys/api-keys'
import { addClient, changeClient, makeClientSecret } from '../clients/server-clients'
import { updateConnection } from '../connections/connections'
import { makeScimToken, removeScimToken } from '../connections/scim-token'
import { keyring } from '../crypto/keyring'
import { secrets } from '../crypto/secrets'
import { makeRegistrationToken, removeRegistrationToken } from '../servers/registration-token'
import { makeResourceSecret } from '../servers/servers'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { createWebhook, listWebhooks, removeWebhook, rotateWebhookSecret } from '../webhooks/webhooks'
import { readDescent, removeMember } from './members'
import { people } from './test-support/people'

const { apply, store } = testInstallation()
const { member, withKey, management: withoutSecrets } = people(store)
const RING = keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }])
const management = () => {
  const made = withoutSecrets()
  return { ...made, ports: { ...made.ports, secrets: secrets(RING) } }
}

let owner: Awaited<ReturnType<typeof member>>
let adam: Awaited<ReturnType<typeof member>>
beforeEach(async () => {
  await apply(EXAMPLE)
  owner = await member('olive', 'owner')
  adam = await member('adam', 'admin')
})

const CLIENT = {
  clientId: 'desktop',
  name: 'Desktop',
  redirectUris: ['http://127.0.0.1/callback'],
  tokenEndpointAuthMethod: 'client_secret_basic',
  grantTypes: ['authorization_code', 'refresh_token'],
} as const

/** One secret of each kind; returns the webhook's id. */
async function makeSecrets(scope: OrganizationScope): Promise<string> {
  const { id } = await createWebhook(scope, { url: 'https://receiver.example/hook' }, management())
  await makeScimToken(scope, 'okta', management())
  await makeRegistrationToken(scope, 'main', management())
  await makeResourceSecret(scope, 'main', management())
  await addClient(scope, 'second', CLIENT, management())
  await updateConnection(scope, 'okta', { clientSecret: { set: 'entered by hand' } }, management())
  return id
}

const known = async ({ id } = adam) =>
  (await readDescent(owner.scope, id, management())).knownSecrets.map(({ kind, name, place }) => [
    kind,
    name,
    place,
  ])

const all = (webhook: string) => [
  ['client', 'acme/second/desktop', 'second'],
  ['connection', 'acme/okta', 'okta'],
  ['registration', 'acme/main', 'main'],
  ['resource', 'acme/main', 'main'],
  ['scim', 'Okta', 'okta'],
  ['webhook', 'receiver.example', webhook],
]

/** With an API key that was made with one of adam's. */
async function withGrandchild(): Promise<OrganizationScope> {
  const newKey = async (scope: OrganizationScope) =>
    withKey((await createApiKey(scope, { name: 'k', role: 'admin' }, management())).key)
  return newKey(await newKey(adam.scope))
}

describe('secrets of an organization that an administrator knows', () => {
  it('are shown to whoever removes them, and stay', async () => {
    expect(await known()).toEqual([])
    const webhook = await makeSecrets(adam.scope)
    expect(await known()).toEqual(all(webhook))
    expect(await known(owner)).toEqual([])
    await removeMember(owner.scope, adam.id, management())
    expect((await listWebhooks(owner.scope, management())).map(({ id }) => id)).toEqual([webhook])
  })

  it('are also those that were made with keys that descend from them', async () => {
    const webhook = await makeSecrets(await withGrandchild())
    expect(await known()).toEqual(all(webhook))
  })

  it('are none of those that others have replaced since', async () => {
    const webhook = await makeSecrets(adam.scope)
    await rotateWebhookSecret(owner.scope, webhook, management())
    await makeScimToken(owner.scope, 'okta', management())
    await makeRegistrationToken(owner.scope, 'main', management())
    await makeResourceSecret(owner.scope, 'main', management())
    await makeClientSecret(owner.scope, 'second', 'desktop', management())
    await updateConnection(owner.scope, 'okta', { clientSecret: { set: 'another one' } }, management())
    expect(await known()).toEqual([])
    expect(await known(owner)).toEqual(all(webhook))
  })

  it('are none of those that are gone', async () => {
    const webhook = await makeSecrets(adam.scope)
    await removeWebhook(owner.scope, webhook, management())
    await removeScimToken(owner.scope, 'okta', management())
    await removeRegistrationToken(owner.scope, 'main', management())
    await changeClient(owner.scope, 'second', { ...CLIENT, tokenEndpointAuthMethod: 'none' }, management())
    expect((await known()).map(([kind]) => kind)).toEqual(['connection', 'resource'])
  })

  it('are those of this organization alone', async () => {
    const elsewhere = await member('gwen', 'admin', 'globex')
    await createWebhook(elsewhere.scope, { url: 'https://receiver.example/hook' }, management())
    await createWebhook(adam.scope, { url: 'https://receiver.example/hook' }, management())
    expect(await known()).toHaveLength(1)
    const { knownSecrets } = await readDescent(
      { ...owner.scope, organizationId: elsewhere.scope.organizationId },
      elsewhere.id,
      management(),
    )
    expect(knownSecrets).toHaveLength(1)
  })
})
