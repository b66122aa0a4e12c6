import { describe, expect, it } from 'vitest'
import { shortAddress } from './short-address'

describe('the address of a page of the console', () => {
  it.each([
    ['/console/acme/logins?user=&client=&outcome=', '/console/acme/logins'],
    [
      '/console/acme/logins?user=alice&client=&outcome=denied',
      '/console/acme/logins?user=alice&outcome=denied',
    ],
    ['/console/acme/audit?actor=a%26b%3D&from=', '/console/acme/audit?actor=a%26b%3D'],
    ['/console/organizations?q=', '/console/organizations'],
    ['/console/search?q=a=&x=', '/console/search?q=a='],
    ['/console?', '/console'],
  ])('%s says no more than %s', (asked, short) => {
    expect(shortAddress(asked)).toBe(short)
    // A redirect leads to what is shown: it does not go round in circles.
    expect(shortAddress(short)).toBeNull()
  })

  it.each([
    '/console/acme/logins',
    '/console/acme/logins?user=alice',
    '/console/acme/logins?live',
    '/console/acme/logins?user=+',
    '/oauth/consent?request=',
    '/consoles?q=',
    '//evil.example/console?q=',
    '/setup/connection/x?saved=',
  ])('stays as it is: %s', (asked) => {
    expect(shortAddress(asked)).toBeNull()
  })
})
