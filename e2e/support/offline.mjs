/**
 * Unplugs a process from the internet: no name resolves but those of this machine. Preloaded with `--import`, so that
 * a test's outcome does not hang on what other people's servers answer today.
 */
import dns from 'node:dns/promises'
import { syncBuiltinESMExports } from 'node:module'

const lookup = dns.lookup
/** Names that a test has lead to this machine. */
const here = (process.env.NAMES_OF_THIS_MACHINE ?? '').split(',')

dns.lookup = async (hostname, options) => {
  if (/(^|\.)localhost$/.test(hostname)) return lookup(hostname, options)
  if (here.includes(hostname)) return lookup('127.0.0.1', options)
  throw Object.assign(new Error(`${hostname} is not on this machine`), { code: 'ENOTFOUND', hostname })
}
syncBuiltinESMExports()
