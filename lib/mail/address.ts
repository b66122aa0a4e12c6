import { domainToASCII } from 'node:url'

/** Without quotes, comments and lists: one mailbox, whatever a parser of headers makes of it. */
const MAILBOX = /^([^\s@"(),:;<>[\]\\\p{C}]{1,64})@([^\s@"(),:;<>[\]\\\p{C}]{1,253})$/u

/** The address as it goes into an envelope; undefined for one that mail cannot, or had better not, be sent to. */
export function mailAddress(address: string): string | undefined {
  const [, local, domain = ''] = MAILBOX.exec(address) ?? []
  const ascii = domainToASCII(domain)
  if (!local || !ascii || address.length > 254) return undefined
  // Empty labels are no domain, and a local part that begins like an option was one to some programs.
  const isSound = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(ascii) && !/^[-.]|\.\.|\.$/.test(local)
  return isSound ? `${local}@${ascii}` : undefined
}
