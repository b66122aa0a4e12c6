import { afterEach, expect, it, vi } from 'vitest'
import { databaseClock } from './clock'

afterEach(() => {
  vi.restoreAllMocks()
})

const BY_THE_DATABASE = Date.UTC(2030, 0, 1)

it.each([-90_000, 90_000])(
  'goes by the database, whatever an instance’s clock says: %i ms off',
  async (off) => {
    const now = Date.now()
    vi.spyOn(Date, 'now').mockImplementation(() => now + off)
    const clock = databaseClock(async () => BY_THE_DATABASE)
    expect(clock.measured).toBe(false)
    await clock.measure()
    expect(clock.measured).toBe(true)
    // Time has gone on meanwhile, by a clock that never jumps.
    expect(Math.abs(clock.now().getTime() - BY_THE_DATABASE)).toBeLessThan(30_000)
    vi.spyOn(Date, 'now').mockImplementation(() => now - 100 * off)
    expect(Math.abs(clock.now().getTime() - BY_THE_DATABASE)).toBeLessThan(30_000)
    expect(clock.isStale).toBe(true)
  },
)

it('is not moved by a slow answer that agrees with a quick one, and goes along with a database that jumps', async () => {
  let slowness = 0
  let jumped = 0
  const began = performance.now()
  const clock = databaseClock(async () => {
    const time = BY_THE_DATABASE + jumped + performance.now() - began
    await new Promise((resolve) => setTimeout(resolve, slowness))
    return time
  })
  const error = () => clock.now().getTime() - BY_THE_DATABASE - jumped - (performance.now() - began)
  await clock.measure()
  const known = error()
  slowness = 1_000
  await clock.measure()
  expect(Math.abs(error() - known)).toBeLessThan(400)
  jumped = -3_600_000
  await clock.measure()
  expect(Math.abs(error())).toBeLessThan(60_000)
})
