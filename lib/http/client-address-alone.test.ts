import { afterAll, expect, it } from 'vitest'
import { enterNextAlone } from '@/lib/next-alone'
import { ADDRESS_HEADER, addressIn } from './client-address'

const registry = globalThis as Record<symbol, unknown>
const NAME = Symbol.for('vestibule.next alone')

enterNextAlone({ addressHeader: 'x-real-ip', after: () => {} })
afterAll(() => {
  delete registry[NAME]
})

const from = (headers: Record<string, string>) => addressIn(new Headers(headers))

it('is what the platform wrote, and nothing that a client sends beside it', () => {
  const forged = {
    [ADDRESS_HEADER]: '203.0.113.9',
    'x-forwarded-for': '203.0.113.9',
    forwarded: 'for=203.0.113.9',
  }
  expect(from({ ...forged, 'x-real-ip': '198.51.100.7' })).toBe('198.51.100.7')
  expect(from({ 'x-real-ip': '[2001:DB8::1]:443' })).toBe('2001:db8::1')
})

it('is the last of several: those before it may be an attacker’s', () => {
  expect(from({ 'x-real-ip': '203.0.113.9, 198.51.100.7' })).toBe('198.51.100.7')
})

it('is one for all who come without, or with something else', () => {
  for (const headers of [
    {},
    { [ADDRESS_HEADER]: '203.0.113.9' },
    { 'x-real-ip': 'unknown' },
    { 'x-real-ip': '' },
  ])
    expect(from(headers)).toBe('0.0.0.0')
})
