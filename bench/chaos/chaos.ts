/** `npm run chaos -- [--seed N] [--minutes M] [--clients C] [--longest S] [--fault NAME]… [--log FILE]`: breaks things and tells what became of it. */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { runChaos } from '@/test/chaos/run'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '10' },
    clients: { type: 'string', default: '12' },
    longest: { type: 'string', default: '90' },
    fault: { type: 'string', multiple: true },
    log: { type: 'string' },
  },
})

const { table, wrong, printed } = await runChaos({
  seed: Number(values.seed),
  seconds: Number(values.minutes) * 60,
  clients: Number(values.clients),
  durations: [2, 5, 12, 30, 70, 90].filter((seconds) => seconds <= Number(values.longest)),
  ...(values.fault && { faults: values.fault }),
  print: console.log,
})
if (values.log) writeFileSync(values.log, printed)
console.log(`\nSeed ${values.seed}, ${values.minutes} minutes, ${values.clients} clients\n\n${table}\n`)
console.log(wrong.length === 0 ? 'All is well.' : `Not well:\n${wrong.join('\n')}`)
process.exit(wrong.length === 0 ? 0 : 1)
