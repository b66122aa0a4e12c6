import { describe, expect, it } from 'vitest'
import { storable } from './storable'

describe('storable', () => {
  it('takes out what Postgres refuses, in every string at any depth', () => {
    const hostile = { 'na\0me': ['a\0b', { deep: 'x\ud800y' }], since: new Date(0), count: 1, nothing: null }
    expect(storable(hostile)).toEqual({
      name: ['ab', { deep: 'x\ufffdy' }],
      since: new Date(0),
      count: 1,
      nothing: null,
    })
  })
})
