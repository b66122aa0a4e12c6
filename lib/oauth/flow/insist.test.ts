import { expect, it } from 'vitest'
import { StoreUnavailable } from '../ports/ports'
import { insist } from './insist'

/** A store that is away for so many tries. */
function away(tries: number, error: Error = new StoreUnavailable('postgres')) {
  let tried = 0
  const write = async () => {
    if (++tried <= tries) throw error
  }
  return { write, tried: () => tried }
}

it('goes on until the store takes it, and once then', async () => {
  const { write, tried } = away(500)
  await insist(write, 600, 0)
  expect(tried()).toBe(501)
})

it('gives up in the end, and at once on what trying again does not help', async () => {
  await expect(insist(away(5).write, 5, 0)).rejects.toBeInstanceOf(StoreUnavailable)
  const refused = away(5, new Error('refused'))
  await expect(insist(refused.write, 5, 0)).rejects.toThrow('refused')
  expect(refused.tried()).toBe(1)
})
