import { expect, it } from 'vitest'
import { ownOrigin } from './own-origin'

const HOST = 'auth.example.com'
const posted = (headers: Record<string, string>, method = 'POST') =>
  ownOrigin({ method, headers: { host: HOST, ...headers } }, 'https:')

it.each([{ origin: 'null' }, {}])(
  'is that of the host, where the browser says same-origin: %j',
  (headers) => {
    expect(posted({ ...headers, 'sec-fetch-site': 'same-origin' })).toBe(`https://${HOST}`)
  },
)

it.each([
  {},
  { origin: 'null' },
  { origin: 'null', 'sec-fetch-site': 'cross-site' },
  { origin: 'null', 'sec-fetch-site': 'same-site' },
  { origin: 'null', 'sec-fetch-site': 'none' },
  { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  { origin: '', 'sec-fetch-site': 'same-origin' },
])('is not made up for a form of another page: %j', (headers) => {
  expect(posted(headers)).toBeUndefined()
})

it('is not added to a request that changes nothing', () => {
  expect(posted({ 'sec-fetch-site': 'same-origin' }, 'GET')).toBeUndefined()
})
