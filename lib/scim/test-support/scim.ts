import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { Connection, Server } from '@/lib/oauth/model'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { TRUSTED } from '@/lib/store/configuration/configuration-queue'
import { scimTokenStore } from '@/lib/store/provisioning/tokens'
import { AFTERWARDS, departing } from '@/lib/store/test-support/departing'
import { completedLogin, newRequest } from '@/lib/store/test-support/store-under-test'
import { CONFIG } from '@/lib/test-support/example'
import { scimEndpoint } from '../endpoint'
import type { ScimServices } from '../resources'

export const name = () => randomBytes(6).toString('hex')

export const USER = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'] }

export const patch = (...Operations: object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
})

/** How Okta and Entra deactivate a user. */
export const OKTA = patch({ op: 'replace', value: { active: false } })
export const ENTRA = patch({ op: 'Replace', path: 'active', value: 'False' })

type Handlers = ReturnType<typeof scimEndpoint>

/** A provisioning client of a connection, with logins there. */
export async function provisioning() {
  const at = await departing()
  const services = (more: Partial<ScimServices> = {}): ScimServices => {
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    return { publicUrl: CONFIG.publicUrl, db: at.store.db, ports: at.ports, log, ...more }
  }
  const endpoint = (more?: Partial<ScimServices>) => scimEndpoint(async () => services(more))
  const handlers = endpoint()

  async function newToken({ id }: Pick<Connection, 'id'>): Promise<string> {
    const made = `vst_scim_${randomBytes(32).toString('base64url')}`
    const row = { connectionId: id, hash: hashSecret(made), createdBy: 'Olive', createdAt: AFTERWARDS }
    await scimTokenStore(at.store.db).set(row, [], TRUSTED)
    return made
  }

  const token = await newToken(at.connection)

  async function call(method: keyof Handlers, path: string, body?: unknown, by = token, on = handlers) {
    const response = await on[method](
      new Request(`http://localhost/scim/v2${path}`, {
        method,
        headers: {
          host: 'auth.example.com',
          authorization: `Bearer ${by}`,
          'content-type': 'application/scim+json',
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    )
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined }
  }

  return {
    ...at,
    token,
    newToken,
    call,
    endpoint,
    async provision(user: object, by = token): Promise<string> {
      const { status, body } = await call('POST', '/Users', { ...USER, ...user }, by)
      expect(status).toBe(201)
      return body.id
    },
    /** How a new login at the connection ends. */
    async logsIn(identity: object, server: Server = at.server) {
      const made = await newRequest(at.store, { server })
      const login = completedLogin(made, { identity: { identitySource: at.provider.issuer, ...identity } })
      return (await at.elsewhere.logins.complete(login, AFTERWARDS)).outcome
    },
  }
}
