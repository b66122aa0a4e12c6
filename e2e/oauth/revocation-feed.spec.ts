import { decodeJwt } from 'jose'
import { postForm } from '../support/attack-tokens'
import { type OwnServer, startOwnServer } from '../support/own-server'
import { test as base, expect } from '../support/test'

const test = base.extend<{ server: OwnServer }>({
  server: async ({ world }, use) => {
    const server = await startOwnServer(world)
    await use(server)
    await server.close()
  },
})

test.skip(
  Boolean(process.env.NEXT_ALONE || process.env.BEHIND_NEXT),
  'behind Next’s router nothing is held: decision 0148',
)

const PATIENT = { headers: { prefer: 'wait=5' } }

/** What the feed tells, and the question for what comes next. */
async function readFeed(issuer: string) {
  const feed = `${issuer}/oauth/revocations`
  const told = decodeJwt(await (await fetch(feed)).text())
  return { told, question: `${feed}?after=${told.to}&version=${told.version}` }
}

test('a follower of the revocation feed that waits is answered when a token is revoked [RFC-46]', async ({
  server,
}) => {
  const { access_token, refresh_token } = await server.logIn()
  const { told, question } = await readFeed(server.issuer)
  const waiting = fetch(question, PATIENT)
  await postForm(server.issuer, '/oauth/revoke', { client_id: 'cli', token: refresh_token })
  const answer = await waiting
  const now = decodeJwt(await answer.text())
  expect(now.version).not.toBe(told.version)
  expect(Object.keys(now.revoked ?? {})).toHaveLength(1)
  expect(answer.headers.get('cache-control')).toBe('public, max-age=1')
  expect(await server.introspect(access_token)).toEqual({ active: false })
})

test('a stranger who has hundreds of questions wait keeps nobody from a token, and is answered', async ({
  server,
}) => {
  const { question } = await readFeed(server.issuer)
  const waiting = Array.from({ length: 300 }, () => fetch(question, PATIENT))
  const { access_token } = await server.logIn()
  expect(await server.introspect(access_token)).toMatchObject({ active: true })
  const answers = await Promise.all(waiting)
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  const held = answers.filter(({ headers }) => headers.has('preference-applied'))
  expect(held.length).toBeGreaterThan(0)
  expect(held.length).toBeLessThanOrEqual(32)
  for (const answer of answers) await answer.text()
})
