import { describe, expect, it } from 'vitest'
import { omitEmpty } from './omit-empty'

describe('members of a JSON answer (RFC 8414 §3.2)', () => {
  it('are left out when there is nothing to say', () => {
    expect(omitEmpty({ a: undefined, b: [], c: ['x'] })).toEqual({ c: ['x'] })
    expect(Object.keys(omitEmpty({ a: undefined }))).toEqual([])
  })

  it('stay when they say zero, false or nothing on purpose', () => {
    expect(omitEmpty({ zero: 0, no: false, text: '' })).toEqual({ zero: 0, no: false, text: '' })
  })
})
