import { expect, it, vi } from 'vitest'
import { Forbidden, NotFound } from './access'

it('an error of another copy of the module is recognized as well', async () => {
  vi.resetModules()
  const copy = await import('./access')
  expect(copy.NotFound).not.toBe(NotFound)
  expect(new copy.NotFound('organization')).toBeInstanceOf(NotFound)
  expect(new Forbidden('read')).not.toBeInstanceOf(NotFound)
  expect({ name: 'NotFound' }).not.toBeInstanceOf(NotFound)
})
