import { expect, it } from 'vitest'
import { testApi } from './test-support/api'

const { apply, call, newKey } = testApi()

const HEADERS = { authorization: 'Splunk of-the-receiver' }

// That each answer is as the OpenAPI document says, `call` makes sure of.
it.each([
  [
    'a receiver of another form',
    { url: 'https://splunk.example/collector', template: '{"event": {entry}}', headers: HEADERS },
  ],
  ['syslog', { url: 'syslog+tls://logs.example:6514', actions: ['grant.'] }],
  ['standard output', { url: 'stdout://audit' }],
  ['a file', { url: 'file+jsonl://acme' }],
])('a stream to %s is answered as the document says, without what it sends along', async (_, wanted) => {
  await apply()
  const key = await newKey(null)
  const made = await call('POST', '/organizations/acme/webhooks', { key, body: wanted })
  expect(made).toMatchObject({ status: 201, body: { url: wanted.url, enabled: true } })
  const { secret, ...shown } = made.body
  expect(secret).toMatch(/^whsec_/)
  const address = `/organizations/acme/webhooks/${shown.id}`
  expect((await call('GET', address, { key })).body).toEqual(shown)
  const off = await call('PATCH', address, { key, body: { enabled: false } })
  expect(off.body).toEqual({ ...shown, enabled: false })
  const rotated = await call('POST', `${address}/secret`, { key })
  expect(rotated.body.previous_secret_until).toBeDefined()
  const listed = await call('GET', '/organizations/acme/webhooks', { key })
  expect(listed.body.items.map(({ id }: { id: string }) => id)).toContain(shown.id)
  for (const { body } of [made, off, rotated, listed]) expect(JSON.stringify(body)).not.toContain('Splunk of')
})
