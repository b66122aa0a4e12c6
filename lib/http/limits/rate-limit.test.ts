import { describe, expect, it } from 'vitest'
import { rateLimiter } from './rate-limit'

/** A limiter whose clock stands still until it is moved. */
function scene(burst = 3, perSecond = 0.5, maxKeys?: number) {
  let time = 1_000_000
  const limiter = rateLimiter({ burst, perSecond }, () => time, maxKeys)
  return {
    take: (key = 'a', count = 1) => Array.from({ length: count }, () => limiter.take(key)),
    pass: (seconds: number) => {
      time += seconds * 1000
    },
  }
}

describe('a rate limiter', () => {
  it('lets a burst through, and then says how long to wait', () => {
    const { take } = scene()
    expect(take('a', 5)).toEqual([0, 0, 0, 2, 2])
  })

  it('gives back with time, and never more than a burst', () => {
    const { take, pass } = scene()
    take('a', 3)
    pass(2)
    expect(take('a', 2)).toEqual([0, 2])
    pass(1)
    expect(take()).toEqual([1])
    pass(1_000_000)
    expect(take('a', 4)).toEqual([0, 0, 0, 2])
  })

  it('takes nothing from those it refuses: further attempts do not prolong the wait', () => {
    const { take, pass } = scene()
    take('a', 1_000)
    pass(2)
    expect(take()).toEqual([0])
  })

  it('counts each key by itself', () => {
    const { take } = scene()
    take('a', 10)
    expect(take('b', 4)).toEqual([0, 0, 0, 2])
  })

  it('survives a clock that is set back', () => {
    const { take, pass } = scene()
    take('a', 3)
    pass(-3_600)
    expect(take()).toEqual([2])
    pass(2)
    expect(take()).toEqual([0])
  })

  it('never says to wait no time at all', () => {
    const { take } = scene(1, 1_000)
    expect(take('a', 2)).toEqual([0, 1])
  })

  it('remembers so many keys and no more, those in use the longest', () => {
    const { take } = scene(1, 0.001, 3)
    for (const key of ['a', 'b', 'c']) take(key)
    expect(take('a')[0]).toBeGreaterThan(0)
    take('d')
    // b was used least recently, and begins anew.
    expect([...take('a'), ...take('c'), ...take('d')].every((wait) => wait > 0)).toBe(true)
    expect(take('b')).toEqual([0])
  })
})
