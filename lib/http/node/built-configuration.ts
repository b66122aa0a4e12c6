import { readFileSync } from 'node:fs'

/**
 * Has Next take its configuration as it was built, as its own standalone server does. To read `next.config.ts` again, it
 * would load a compiler first, which stays in memory.
 */
export function takeBuiltConfiguration(): void {
  const { config } = JSON.parse(readFileSync('.next/required-server-files.json', 'utf8'))
  // biome-ignore lint/style/noProcessEnv: where Next reads it.
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config)
}
