import { afterAll, beforeAll } from 'vitest'
import { type OrganizationScope, PERMISSIONS, type Role } from '@/lib/access'
import { createApiKey } from '@/lib/api-keys/api-keys'
import { applyConfiguration } from '@/lib/configuration/apply'
import type { Management } from '@/lib/management/management'
import { configurationStore } from '@/lib/store/configuration/configuration'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { CONFIG, EXAMPLE, SECRETS } from '@/lib/test-support/example'
import { createServices } from '@/lib/test-support/management'
import { apiEndpoint } from '../endpoint'
import { ROUTES } from '../routes/all'
import type { Method } from '../routing'
import { expectDeclared } from './expect-declared'

export type Sent = {
  readonly key?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type Answered = {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was answered.
  readonly body: any
}

type Services = {
  management(): Management
  scope(organization: string): Promise<OrganizationScope>
}

/**
 * The API on a database that the tests of the file share, without a network between.
 *
 * @param servicesOf what management is given; otherwise what most of its own tests take
 */
export function testApi(servicesOf: (store: () => PostgresUnderTest) => Services = createServices) {
  let store: PostgresUnderTest
  beforeAll(async () => {
    store = await openStore()
  })
  afterAll(() => store?.close())
  const services = servicesOf(() => store)
  const endpoint = apiEndpoint(async () => services.management(), ROUTES)

  /** Every answer has to be one that the OpenAPI document declares. */
  async function call(method: Method, path: string, sent: Sent = {}): Promise<Answered> {
    const { key, body, headers = {} } = sent
    const request = new Request(`http://localhost:3000/api/v1${path}`, {
      method,
      headers: {
        host: 'auth.example.com',
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const response = await endpoint[method](request)
    const text = await response.text()
    const isJson = /json$/.test(response.headers.get('content-type') ?? '')
    const { status } = response
    const answered = { status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
    // On another host there is no API.
    if (headers.host === undefined) expectDeclared(method, path.split('?')[0] ?? '', answered)
    return answered
  }

  /** A new key: of an organization, or of the installation. */
  async function newKey(organization: string | null, role: Role = 'owner'): Promise<string> {
    const actor = { kind: 'operator', name: 'Olive' } as const
    const installation = { organizationId: null, actor, permissions: PERMISSIONS }
    const scope = organization === null ? installation : await services.scope(organization)
    const { key } = await createApiKey(scope, { name: `a key for ${role}`, role }, services.management())
    return key
  }

  return {
    ...services,
    call,
    newKey,
    store: () => store,
    /** Makes the database agree with the example: two organizations. */
    apply: () =>
      applyConfiguration(EXAMPLE, {
        file: 'v.yaml',
        env: SECRETS,
        config: CONFIG,
        db: store.db,
        sealer: store.sealer,
      }),
    rows: () => configurationStore(store.db, store.sealer).read(),
  }
}
