/** `npm run matrix -- upgrade [COMMIT]`: replaces one instance after the other by the next version, under load. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Fault } from '@/test/chaos/faults'
import { runChaos } from '@/test/chaos/run'

/** Seconds for which both versions serve, after each step. */
const BESIDE = 15

const replace = (index: number): Fault => ({
  name: `instance ${index + 1} of 3 is replaced`,
  async inject({ instances }) {
    const instance = instances[index]
    await instance?.signal('SIGTERM')
    await instance?.start(0, next)
    await wait(BESIDE * 1_000)
  },
})

const [directory = '', next = process.cwd()] = process.argv.slice(2)
const { table, wrong } = await runChaos({
  seed: 1,
  seconds: 0,
  clients: 8,
  durations: [BESIDE],
  upgrade: { directory, steps: [0, 1, 2].map(replace) },
  print: console.log,
})
console.log(`\n${table}\n`)
console.log(wrong.length === 0 ? 'All is well.' : `Not well:\n${wrong.join('\n')}`)
process.exit(wrong.length === 0 ? 0 : 1)
