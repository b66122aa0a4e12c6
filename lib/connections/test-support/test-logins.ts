import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import type { OrganizationScope } from '@/lib/access'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import type { Management } from '@/lib/management/management'
import type { Ports } from '@/lib/oauth/ports/ports'
import { callbackUrl } from '@/lib/oauth/protocol/urls'
import { connectionConfigs } from '@/lib/store/oauth/connections'
import { brandStore } from '@/lib/store/oauth/server-branding'
import { testInstallation } from '@/lib/test-support/installation'
import { createServices } from '@/lib/test-support/management'
import {
  type MisbehavingProvider,
  type Misbehaviour,
  startMisbehavingProvider,
} from '@/lib/upstream/test-support/misbehaving-provider'
import { upstream } from '@/lib/upstream/upstream'
import { beginConnectionTest } from '../run-test'

const LOOPBACK = {
  publicUrl: 'http://localhost:3000',
  loopback: true,
  serversDomain: undefined,
  internalHosts: { rule: 'operator', listed: [] },
} as const

/** An installation on this machine with a provider that misbehaves on demand. */
export function testLogins() {
  const { apply, store } = testInstallation()
  const services = createServices(store)
  let provider: MisbehavingProvider
  let ahead = 0
  beforeAll(async () => {
    provider = await startMisbehavingProvider()
  })
  afterAll(() => provider.stop())

  function management(): Management {
    const { db, sealer } = store()
    const clock = () => new Date(Date.now() + ahead)
    const ports = {
      ...services.management().ports,
      brands: brandStore(db),
      clock,
      secrets: secrets(keyring([{ id: 'k1', key: randomBytes(32) }])),
      upstream: upstream({
        connections: connectionConfigs(db, sealer),
        callbackUrl: (id) => callbackUrl(LOOPBACK.publicUrl, id),
        allowLoopback: true,
        clock,
      }),
    } as Ports
    return { ...services.management(), publicUrl: LOOPBACK.publicUrl, config: LOOPBACK, ports }
  }

  /** Two organizations whose connections lead to the provider. */
  async function prepare(how: Misbehaviour = {}, secret = provider.clientSecret) {
    ahead = 0
    provider.misbehave(how)
    const both = ['acme', 'globex'].map((slug) => organization(slug, provider)).join('')
    await apply(`organizations:${both}\n`, { env: { SECRET: secret }, config: LOOPBACK })
    return { acme: await services.scope('acme'), globex: await services.scope('globex') }
  }

  /** Begins a test and goes to the provider as the browser does; `query` is what it comes back with. */
  async function begin(from: OrganizationScope) {
    const { id, upstream: sent } = await beginConnectionTest(from, 'idp', management())
    if (!sent) throw new Error('was not sent to the provider')
    const response = await fetch(sent.location, { redirect: 'manual' })
    return { id, ...sent, query: new URL(response.headers.get('location') ?? '').searchParams }
  }

  return {
    store,
    provider: () => provider,
    management,
    prepare,
    begin,
    /** Moves our clock so many milliseconds ahead. */
    wait: (milliseconds: number) => {
      ahead = milliseconds
    },
  }
}

const organization = (slug: string, { issuer, clientId }: MisbehavingProvider) => `
  - slug: ${slug}
    name: ${slug}
    connections:
      - { slug: idp, id: ${slug}-idp, type: oidc, issuer: "${issuer}", client_id: ${clientId}, client_secret: "env:SECRET" }
    servers:
      - slug: ${slug}
        name: ${slug}
        resource: https://${slug}.example/mcp
        connection: idp
        scopes: [{ name: "files:read", description: "Read your files", upstream_scopes: [files.readonly] }]`
