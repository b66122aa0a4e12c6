import { eq, sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { connections } from '@/drizzle/schema/organizations'
import type { ReasonCode } from '@/lib/oauth/timeline'
import { event, later, newRequest } from '@/lib/store/test-support/store-under-test'
import { connect, connectedServices } from '@/lib/test-support/connected'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { homeStore } from './home'

const { apply, store } = testInstallation()
const { server } = connectedServices(store)

const seen = (wishes: object = {}, now = later(60)) =>
  homeStore(store().db).organizations('nobody', { everywhere: true, limit: 9, ...wishes }, now)

/** A login at the server of the organization that came to nothing. */
async function failAt(slug: 'main' | 'globex', reason: ReasonCode, at = 40) {
  const { request } = await newRequest(store(), { server: await server(slug) })
  await store().requests.fail(request.id, event({ at: later(at), outcome: 'failed', reason }))
  await wentThrough(slug, request.id)
}

/** As the answer to the consent page notes. */
async function wentThrough(slug: 'main' | 'globex', id: string) {
  const { connectionId } = await server(slug)
  await store().db.update(authorizationRequests).set({ connectionId }).where(eq(authorizationRequests.id, id))
}

describe('the home of the console', () => {
  it('shows first what nobody can sign in to, and names the connection', async () => {
    await apply(EXAMPLE)
    await failAt('globex', 'upstream_client_rejected')
    await failAt('globex', 'upstream_unreachable')
    const { rows, total } = await seen()
    expect(total).toBe(2)
    expect(rows).toMatchObject([
      { slug: 'globex', failing: { slug: 'github' }, failed: 2, completed: 0, isSetUp: true },
      { slug: 'acme', failing: null, failed: 0, completed: 0, lastLoginAt: null },
    ])
  })

  it('takes a login that went well since for the end of an outage, and no refusal of a user for one', async () => {
    await apply(EXAMPLE)
    await failAt('main', 'upstream_unreachable', 1)
    await failAt('main', 'upstream_unreachable', 2)
    const { request } = await connect(store(), await server('main'), { at: 20 })
    await wentThrough('main', request.id)
    await failAt('globex', 'upstream_denied')
    await failAt('globex', 'denied_by_user')
    const { rows } = await seen()
    expect(rows.map(({ slug, failing }) => [slug, failing])).toEqual([
      ['acme', null],
      ['globex', null],
    ])
    expect(rows[0]).toMatchObject({ completed: 1, failed: 2, lastLoginAt: expect.any(Date) })
  })

  it('counts no more than a day', async () => {
    await apply(EXAMPLE)
    await failAt('main', 'upstream_unreachable')
    await failAt('main', 'upstream_unreachable')
    const { rows } = await seen({}, later(25 * 3600))
    expect(rows).toMatchObject([{ failing: null, failed: 0 }, { failed: 0 }])
  })

  it('shows whose secret or certificate ends soon, the first to end first, after what fails', async () => {
    await apply(EXAMPLE)
    const day = (days: number) => new Date(later(60).getTime() + days * 86_400_000).toISOString().slice(0, 10)
    const secretOf = (connection: string, days: number) =>
      store()
        .db.update(connections)
        .set({
          settings: sql`${connections.settings} || jsonb_build_object('clientSecretEnds', ${day(days)}::text)`,
        })
        .where(eq(connections.slug, connection))
    const order = async () => (await seen()).rows.map(({ slug, ending }) => [slug, ending])
    await secretOf('okta', 15)
    await secretOf('github', 9)
    const github = { slug: 'github', name: 'Github', what: 'secret', on: day(9), isOver: false }
    expect(await order()).toEqual([
      ['globex', github],
      ['acme', null],
    ])
    await store()
      .db.update(connections)
      .set({ certificateEnds: new Date(`${day(-1)}T12:00:00Z`) })
      .where(eq(connections.slug, 'okta'))
    const okta = { slug: 'okta', name: 'Okta', what: 'certificate', on: day(-1), isOver: true }
    expect(await order()).toEqual([
      ['acme', okta],
      ['globex', github],
    ])
    await failAt('globex', 'upstream_unreachable')
    await failAt('globex', 'upstream_unreachable')
    expect((await order())[0]?.[0]).toBe('globex')
    // A day for a secret that is no longer there says nothing.
    await store().db.update(connections).set({ clientSecret: null, certificateEnds: null })
    expect((await seen()).rows.map(({ ending }) => ending)).toEqual([null, null])
  })

  it('is of no organization that the operator is not a member of, and finds by name or slug', async () => {
    await apply(EXAMPLE)
    expect(await seen({ everywhere: false })).toEqual({ rows: [], total: 0 })
    for (const search of ['GLOB', 'globex'])
      expect((await seen({ search })).rows.map(({ slug }) => slug)).toEqual(['globex'])
    expect((await seen({ limit: 1 })).total).toBe(2)
  })
})
