import { readFileSync } from 'node:fs'
import path from 'node:path'

/** The port of the PostgreSQL that runs in this data directory, as it says itself in `postmaster.pid`. */
export function embeddedPort(dataDir: string): number {
  const file = path.join(dataDir, 'postgres', 'cluster', 'postmaster.pid')
  return Number(readFileSync(file, 'utf8').split('\n')[3])
}
