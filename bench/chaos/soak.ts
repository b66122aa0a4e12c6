/** `npm run soak -- [--minutes M] [--seed N] [--log FILE]`: hours of ordinary use, and whether anything grows or gets slower. */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { runSoak } from '@/test/chaos/soak'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    log: { type: 'string' },
  },
})

const { report, wrong, printed } = await runSoak({
  seconds: Number(values.minutes) * 60,
  seed: Number(values.seed),
  print: console.log,
})
if (values.log) writeFileSync(values.log, printed)
console.log(`\n${values.minutes} minutes, seed ${values.seed}\n\n${report}\n`)
console.log(wrong.length === 0 ? 'All is well.' : `Not well:\n${wrong.join('\n')}`)
process.exit(wrong.length === 0 ? 0 : 1)
