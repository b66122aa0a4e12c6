import { expect, it } from 'vitest'
import { withoutAbandoned } from './login-cookies'

const PUBLIC_URL = 'https://auth.example.com'
const made = (kind: string, count: number) =>
  Array.from({ length: count }, (_, index) => `__Host-vst_${kind}_${String(index).padStart(2, '0')}`)
/** The names that are deleted of a browser that sends these, the oldest first. */
const deletedOf = (names: readonly string[]) => {
  const cookie = names.map((name) => `${name}=x`).join('; ')
  const lines = withoutAbandoned(new Request(PUBLIC_URL, { headers: { cookie } }), PUBLIC_URL)
  for (const line of lines) expect(line).toContain('Max-Age=0')
  return lines.map((line) => line.split('=')[0])
}

it('of the cookies of abandoned logins the newest eight of each kind stay', () => {
  const names = [...made('state', 11), ...made('consent', 9), ...made('test', 8)]
  expect(deletedOf(names).toSorted()).toEqual([...made('state', 3), ...made('consent', 1)].toSorted())
})

it('those of the pages for devices and accounts, and of sessions, stay', () => {
  const kept = ['__Host-vst_consent_account', '__Host-vst_consent_device', '__Host-vst_session_okta']
  expect(deletedOf([...kept, ...made('consent', 8)])).toEqual([])
})
