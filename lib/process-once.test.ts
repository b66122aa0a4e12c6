import { describe, expect, it, vi } from 'vitest'
import { processOnce } from './process-once'

describe('processOnce', () => {
  it('makes a thing at its first use, and only then', () => {
    const make = vi.fn(() => ({}))
    const first = processOnce('test-thing', make)
    expect(processOnce('test-thing', make)).toBe(first)
    expect(make).toHaveBeenCalledTimes(1)
  })

  it('keeps even a thing that is undefined', () => {
    const make = vi.fn(() => undefined)
    processOnce('test-nothing', make)
    processOnce('test-nothing', make)
    expect(make).toHaveBeenCalledTimes(1)
  })

  it('is shared by copies of the module, which bundles have', async () => {
    const thing = processOnce('test-shared', () => ({}))
    vi.resetModules()
    const copy = await import('./process-once')
    expect(copy.processOnce).not.toBe(processOnce)
    expect(copy.processOnce('test-shared', () => ({}))).toBe(thing)
  })

  it('makes nothing of what failed: the next caller tries again', () => {
    const fail = () => {
      throw new Error('not now')
    }
    expect(() => processOnce('test-failing', fail)).toThrow('not now')
    expect(processOnce('test-failing', () => 'made')).toBe('made')
  })
})
