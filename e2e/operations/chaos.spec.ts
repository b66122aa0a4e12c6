import { expect, test } from '@playwright/test'
import { runChaos } from '@/test/chaos/run'

test('three instances lose nothing, let nobody in and revoke nothing while their stores and they themselves fail', async () => {
  test.setTimeout(240_000)
  const { table, wrong } = await runChaos({
    seed: 7,
    seconds: 20,
    clients: 6,
    durations: [2],
    faults: [
      'an instance is killed',
      'PostgreSQL is killed',
      'PostgreSQL is frozen',
      'connections are cut',
      'a table is locked',
      'Redis is flushed',
      'a provider answers garbage',
    ],
    print: () => {},
  })
  expect(wrong, table).toEqual([])
})
