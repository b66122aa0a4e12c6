import { expect, it } from 'vitest'
import { isFromOurPage } from './form-origin'

const PUBLIC_URL = 'https://auth.example.com'
const posted = (headers: Record<string, string>) =>
  isFromOurPage(new Headers({ host: 'auth.example.com', ...headers }), PUBLIC_URL)

it.each([
  { origin: PUBLIC_URL },
  { origin: 'null', 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'same-origin' },
])('a form of our page is known by %j', (headers) => {
  expect(posted(headers)).toBe(true)
})

it.each([
  {},
  { origin: 'null' },
  { origin: '', 'sec-fetch-site': 'same-origin' },
  { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  { origin: 'null', 'sec-fetch-site': 'cross-site' },
  { origin: 'null', 'sec-fetch-site': 'same-origin', host: 'other.example.com' },
])('a form of another page is not, with %j', (headers) => {
  expect(posted(headers)).toBe(false)
})
