/**
 * Unplugs a process from the internet: no name resolves but those of this machine. Preloaded with `--import`, so that
 * a test's outcome does not hang on what other people's servers answer today.
 */
import dns from 'node:dns/promises'
import { syncBuiltinESMExports } from 'node:module'

const lookup = dns.lookup

dns.lookup = async (hostname, options) => {
  if (/(^|\.)localhost$/.test(hostname)) return lookup(hostname, options)
  throw Object.assign(new Error(`${hostname} is not on this machine`), { code: 'ENOTFOUND', hostname })
}
syncBuiltinESMExports()
