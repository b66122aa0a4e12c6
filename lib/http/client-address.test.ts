import type { IncomingHttpHeaders } from 'node:http'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientAddress, keptNetwork, networksOf, trustedProxies } from './client-address'

const isTrusted = trustedProxies(['10.0.0.0/8', '192.0.2.7', 'fd00::/8', '::1'])

const from = (peer: string | undefined, headers: IncomingHttpHeaders = {}) =>
  clientAddress(peer, headers, isTrusted)

const via = (xForwardedFor: string) => from('10.0.0.1', { 'x-forwarded-for': xForwardedFor })

describe('a peer that is no trusted proxy', () => {
  it('is the client itself', () => {
    expect(from('203.0.113.9')).toBe('203.0.113.9')
    expect(from('2001:db8::1')).toBe('2001:db8::1')
    expect(from('::ffff:203.0.113.9')).toBe('203.0.113.9')
    expect(from('fe80::1%eth0')).toBe('fe80::1')
    expect(from(undefined)).toBe('')
  })

  it('changes nothing by forging any forwarding header', () => {
    fc.assert(
      fc.property(fc.string(), fc.ipV4(), (noise, address) => {
        for (const value of [noise, address, `${address}, 10.0.0.1`, `for=${address}`])
          for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'cf-connecting-ip'])
            expect(from('203.0.113.9', { [name]: value })).toBe('203.0.113.9')
      }),
    )
  })

  it('trusts no proxy by default', () => {
    const nobody = trustedProxies([])
    expect(clientAddress('198.41.0.4', { 'x-forwarded-for': '203.0.113.9' }, nobody)).toBe('198.41.0.4')
  })
})

describe('a proxy in our own network that is not listed', () => {
  const nobody = trustedProxies([])

  it('hides whose request it is: not all users behind it are one', () => {
    for (const peer of ['127.0.0.1', '::1', '10.1.2.3', '192.168.1.1', 'fd00::1', '::ffff:172.16.0.1'])
      for (const header of ['x-forwarded-for', 'forwarded'])
        expect(clientAddress(peer, { [header]: '203.0.113.9' }, nobody)).toBe('')
  })

  it('is the client where it forwards nothing', () => {
    expect(clientAddress('10.1.2.3', {}, nobody)).toBe('10.1.2.3')
  })
})

describe('behind trusted proxies', () => {
  it('the last hop that is not one of them is the client', () => {
    expect(via('203.0.113.9')).toBe('203.0.113.9')
    expect(via('203.0.113.9, 10.2.3.4, 192.0.2.7')).toBe('203.0.113.9')
    expect(from('::ffff:10.0.0.1', { 'x-forwarded-for': '2001:db8::9, fd12::1' })).toBe('2001:db8::9')
  })

  it('whatever the client wrote in front of that counts for nothing', () => {
    expect(via('1.1.1.1, 203.0.113.9')).toBe('203.0.113.9')
    expect(via('10.0.0.1, 10.0.0.2, 203.0.113.9, 10.2.3.4')).toBe('203.0.113.9')
    fc.assert(
      fc.property(fc.string(), (noise) => {
        expect(via(`${noise}, 203.0.113.9`)).toBe('203.0.113.9')
      }),
    )
  })

  it('an entry that is no address ends the chain at the proxy that wrote it', () => {
    expect(via('203.0.113.9, unknown')).toBe('10.0.0.1')
    expect(via('203.0.113.9, unknown, 10.2.3.4')).toBe('10.2.3.4')
    expect(via('')).toBe('10.0.0.1')
    expect(via('999.1.1.1')).toBe('10.0.0.1')
  })

  it('a chain of proxies alone begins at the first of them', () => {
    expect(via('10.9.9.9, 10.2.3.4')).toBe('10.9.9.9')
  })

  it('ports and brackets do not matter', () => {
    expect(via('203.0.113.9:4711')).toBe('203.0.113.9')
    expect(via('[2001:db8::9]:4711')).toBe('2001:db8::9')
    expect(via('[2001:DB8::9]')).toBe('2001:db8::9')
    expect(via('::ffff:203.0.113.9')).toBe('203.0.113.9')
  })

  it('Forwarded says the same (RFC 7239 §4)', () => {
    const forwarded = (value: string) => from('10.0.0.1', { forwarded: value })
    expect(forwarded('for=203.0.113.9;proto=https;by=10.0.0.1')).toBe('203.0.113.9')
    expect(forwarded('for=1.1.1.1, For="[2001:db8::9]:4711";proto=https, for=10.2.3.4')).toBe('2001:db8::9')
    for (const hidden of ['for=_hidden', 'for=unknown', 'proto=https', 'for="', ''])
      expect(forwarded(hidden)).toBe('10.0.0.1')
  })

  it('a header that the proxy did not write cannot override the one that it did', () => {
    const both = (xForwardedFor: string, forwarded: string) =>
      from('10.0.0.1', { 'x-forwarded-for': xForwardedFor, forwarded })
    expect(both('203.0.113.9', 'for=1.1.1.1')).toBe('10.0.0.1')
    expect(both('1.1.1.1', 'for=203.0.113.9')).toBe('10.0.0.1')
    expect(both('203.0.113.9', 'for=203.0.113.9')).toBe('203.0.113.9')
  })
})

describe('the stored network of a client address', () => {
  it('is never the address', () => {
    expect(keptNetwork('203.0.113.9')).toBe('203.0.113.0/24')
    expect(keptNetwork('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1::/48')
    expect(keptNetwork('2001:db8::9')).toBe('2001:db8:0::/48')
    expect(keptNetwork('::1')).toBe('0:0:0::/48')
  })

  it('is nothing where there is no address', () => {
    for (const text of ['', 'unknown', '203.0.113.9:80', '203.0.113.0/24'])
      expect(keptNetwork(text)).toBeUndefined()
  })
})

describe('the networks that are counted', () => {
  it('are an IPv4 address and its neighbours', () => {
    expect(networksOf('203.0.113.9')).toEqual(['203.0.113.9', '203.0.113.0/24'])
  })

  it('are none where the address is not known', () => {
    expect(networksOf('')).toEqual([])
    expect(networksOf('unknown')).toEqual([])
  })

  it('are all that one customer may have to himself of IPv6, however it is written', () => {
    const expected = ['2001:db8:1:12ff::/64', '2001:db8:1:1200::/56', '2001:db8:1::/48']
    expect(networksOf('2001:db8:1:12ff::9')).toEqual(expected)
    expect(networksOf('2001:0db8:0001:12ff:ffff:ffff:ffff:ffff')).toEqual(expected)
    expect(networksOf('::1')).toEqual(['0:0:0:0::/64', '0:0:0:0::/56', '0:0:0::/48'])
    expect(networksOf('2001:db8:1:1301::9').slice(0, 2)).toEqual([
      '2001:db8:1:1301::/64',
      '2001:db8:1:1300::/56',
    ])
  })
})
