import { expect, it } from 'vitest'
import { freeSlug, slugFrom } from './slug'

it.each([
  ['Acme Login (EU)', 'acme-login-eu'],
  ['Müller & Söhne', 'muller-sohne'],
  ['Hauptstraße', 'hauptstrasse'],
  ['  -- 42', '42'],
  ['東京', ''],
  ['a b'.repeat(20), 'a-ba-ba-ba-ba-ba-ba'],
])('a slug from %j', (name, slug) => {
  expect(slugFrom(name, 20)).toBe(slug)
})

it('a slug that is taken gets the first free number', () => {
  expect(freeSlug('files', ['files', 'files-2'])).toBe('files-3')
  expect(freeSlug('files', ['other'])).toBe('files')
})
