import { runChaos } from '@/test/chaos/run'
import { expect, test } from '../support/test'

test('three instances lose nothing, let nobody in and revoke nothing while their stores and they themselves fail', async () => {
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
