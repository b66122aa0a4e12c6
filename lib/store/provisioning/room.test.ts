import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { takeRoom } from './room'

const AT = new Date('2026-11-30T12:00:00Z')

/** Takes room for so many rows, and makes them; how often they were counted. */
async function make(number: number, most: number, there = 0, of = randomUUID()) {
  let [rows, counts] = [there, 0]
  const count = async () => {
    counts++
    return rows
  }
  for (let made = 0; made < number; made++) if (await takeRoom(of, most, AT, count)) rows++
  return { rows, counts, of }
}

it('hundreds of thousands of rows are not counted for each of them', async () => {
  expect(await make(3_000, 200_000)).toMatchObject({ rows: 3_000, counts: 3 })
})

it('there are never more than there may be, and what is full is counted once', async () => {
  const { rows, counts, of } = await make(2_000, 1_000)
  expect(rows).toBe(1_000)
  expect(counts).toBeLessThan(1_000)
  expect(await make(100, 1_000, 1_000, of)).toMatchObject({ rows: 1_000, counts: 0 })
  const later = new Date(AT.getTime() + 10_000)
  expect(await takeRoom(of, 1_000, later, async () => 999)).toBe(true)
})
