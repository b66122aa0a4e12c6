import type { Sheet } from '../sheet'

/** How the command line explains itself, and what it says to what it does not understand. */
export async function recordCommandLine(sheet: Sheet): Promise<void> {
  await sheet.runAll(CALLS.map((args) => [args.join(' ') || 'nothing', args]))
}

const CALLS: readonly (readonly string[])[] = [
  ['--help'],
  [],
  ['frobnicate'],
  ['apply'],
  ['apply', '-f', '/nowhere.yaml'],
  ['servers', '--help'],
  ['webhooks', '--help'],
  ['servers', 'list'],
  ['completion', 'bash'],
  ['timeline', 'NONE-0000'],
  ['events', 'nothing'],
  ['keys', 'list', 'first'],
]
