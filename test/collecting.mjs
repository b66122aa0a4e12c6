/** Preloaded with `--import`: on SIGUSR2 a process collects its garbage, and says what is left: `heap PID TIME BYTES`. */
import process from 'node:process'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

process.on('SIGUSR2', async () => {
  // What only waited to be finalized, and code that nobody runs any more, goes after a few.
  for (let times = 0; times < 6; times++) {
    collect()
    await turn()
  }
  process.stdout.write(`\nheap ${process.pid} ${Date.now()} ${process.memoryUsage().heapUsed}\n`)
})
