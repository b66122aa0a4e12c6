import { expect, it } from 'vitest'
import { randomBuffer, randomText } from './random'

it('gives nothing out twice, across many pools', () => {
  const given = Array.from({ length: 2_000 }, (_, index) =>
    index % 2 ? randomText(16) : randomBuffer(16).toString('base64url'),
  )
  expect(new Set(given).size).toBe(2_000)
})

it('gives as much as was asked for, and keeps its hands off what it gave', () => {
  const sizes = [1, 12, 4_095, 4_096, 10_000]
  const given = sizes.map((size) => randomBuffer(size))
  expect(given.map(({ length }) => length)).toEqual(sizes)
  expect(sizes.map((size) => Buffer.from(randomText(size), 'base64url').length)).toEqual(sizes)
  // What was given out is erased in the pool alone.
  for (const part of given.slice(1)) expect(part.equals(Buffer.alloc(part.length))).toBe(false)
})
