import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** The options of the range that log a user in by a form. */
export async function withPassword(username, password) {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'vestibule-range-')), 'password')
  await writeFile(file, password)
  return ['--username', username, '--password-file', file]
}
