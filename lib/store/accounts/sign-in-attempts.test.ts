import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '@/lib/store/database/ids'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { signInAttemptStore } from './sign-in-attempts'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const START = new Date('2030-01-01T00:00:00Z')
const after = (seconds: number) => new Date(START.getTime() + seconds * 1000)

it('of many attempts at one moment six are made, and the others wait', async () => {
  const attempts = signInAttemptStore(store.db)
  const key = newId()
  const waits = await Promise.all(Array.from({ length: 20 }, () => attempts.admit(key, START)))
  expect(waits.toSorted()).toEqual([...Array(6).fill(0), ...Array(14).fill(1)])
  expect(await attempts.admit(newId(), START), 'another account').toBe(0)
})

it('the wait doubles to five minutes, and no further: no account is locked out for good', async () => {
  const attempts = signInAttemptStore(store.db)
  const key = newId()
  for (let free = 0; free < 5; free++) expect(await attempts.admit(key, START)).toBe(0)
  const waits: number[] = []
  let now = 0
  for (let count = 0; count < 80; count++) {
    expect(await attempts.admit(key, after(now))).toBe(0)
    const wait = await attempts.admit(key, after(now))
    waits.push(wait)
    now += wait
  }
  expect(waits.slice(0, 11)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
  expect(new Set(waits.slice(9))).toEqual(new Set([300]))
})

it('begins anew after the right password, and after an hour without an attempt', async () => {
  const attempts = signInAttemptStore(store.db)
  const key = newId()
  for (let count = 0; count < 6; count++) await attempts.admit(key, START)
  expect(await attempts.admit(key, START)).toBe(1)
  await attempts.forget(key)
  for (let count = 0; count < 6; count++) expect(await attempts.admit(key, START)).toBe(0)
  for (let count = 0; count < 5; count++) expect(await attempts.admit(key, after(3601))).toBe(0)
})

it('an attempt that was not looked at is not counted', async () => {
  const attempts = signInAttemptStore(store.db)
  const key = newId()
  for (let count = 0; count < 12; count++) {
    expect(await attempts.admit(key, START)).toBe(0)
    await attempts.takeBack(key, START)
  }
})
