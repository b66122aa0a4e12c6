import { createHash } from 'node:crypto'

/** The name under which better-auth knows an account. Letter case of addresses does not tell people apart. */
export function accountName(connectionId: string, address: string): string {
  const digest = createHash('sha256').update(`${connectionId}\0${address.trim().toLowerCase()}`).digest('hex')
  return `${digest.slice(0, 60)}@platform.invalid`
}
