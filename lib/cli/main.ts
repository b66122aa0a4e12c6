/** The program `vestibule`: hands the arguments and the environment to the command line, and nothing else. */
import { environment } from '@/lib/config'
import { locateDatabase, openInstallation } from '@/lib/services/installation'
import { openEmbeddedPostgres } from '@/packages/embedded-postgres/embedded-postgres'
import { run } from './run'

process.exitCode = await run(process.argv.slice(2), {
  env: environment(),
  // Set by scripts/vestibule.mjs, which leaves the directory that it was called from.
  directory: environment().INIT_CWD ?? process.cwd(),
  start: () => import(new URL('server.js', import.meta.url).href),
  locate: (config) => locateDatabase(config, openEmbeddedPostgres),
  open: (config) => openInstallation(config, openEmbeddedPostgres),
  out: (line) => console.log(line),
  err: (line) => console.error(line),
})
