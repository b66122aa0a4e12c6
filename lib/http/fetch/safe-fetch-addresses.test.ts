import { describe, expect, it } from 'vitest'
import { isLoopbackAddress, isSpecialUse } from './safe-fetch-addresses'

describe('addresses that must not be fetched (RFC 6890)', () => {
  it.each([
    '0.0.0.0',
    '0.255.255.255',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '168.63.129.16',
  ])('refuses %s [AS-18 H-21]', (address) => {
    expect(isSpecialUse(address)).toBe(true)
    expect(isSpecialUse(`::ffff:${address}`)).toBe(true)
    expect(isSpecialUse(`64:ff9b::${address}`)).toBe(true)
  })

  it.each([
    '::',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:a9fe:a9fe',
    '0:0:0:0:0:ffff:10.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::',
    '64:ff9b:1::808:808',
    '100::1',
    '2001::1',
    '2001:2::1',
    '2001:10::1',
    '2001:20::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '2002:808:808::1',
    '2620:4f:8000::1',
    '3fff::1',
    '4000::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700::1111%1',
    'fec0::1',
    'ff02::1',
    'FD00::1',
  ])('refuses %s [AS-18 H-21]', (address) => {
    expect(isSpecialUse(address)).toBe(true)
  })

  it.each([
    '',
    'localhost',
    '0177.0.0.1',
    '0x7f.1',
    '2130706433',
    '127.1',
    '[::1]',
    '1.2.3.4 ',
    '1.2.3.4:80',
  ])('refuses %j, which is no plain address [PX-18]', (address) => {
    expect(isSpecialUse(address)).toBe(true)
  })

  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.1',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
    '2001:4860:4860::8888',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '64:ff9b::808:808',
  ])('lets %s pass', (address) => {
    expect(isSpecialUse(address)).toBe(false)
  })
})

it('knows this machine', () => {
  expect(['127.0.0.1', '127.8.9.10', '::1'].every(isLoopbackAddress)).toBe(true)
  expect(['10.0.0.1', '::2', '8.8.8.8', '0.0.0.0', 'localhost'].some(isLoopbackAddress)).toBe(false)
})
