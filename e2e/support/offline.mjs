/**
 * Unplugs a process from the internet: no name resolves but those of this machine. Preloaded with `--import`, so that
 * a test's outcome does not hang on what other people's servers answer today.
 */
import dns from 'node:dns/promises'
import { syncBuiltinESMExports } from 'node:module'
import { isIPv4 } from 'node:net'

const lookup = dns.lookup
/** Names that a test has lead to this machine. */
const here = (process.env.NAMES_OF_THIS_MACHINE ?? '').split(',')

dns.lookup = async (hostname, options) => {
  if (/(^|\.)localhost$/.test(hostname)) return lookup(hostname, options)
  if (here.includes(hostname)) return lookup('127.0.0.1', options)
  throw Object.assign(new Error(`${hostname} is not on this machine`), { code: 'ENOTFOUND', hostname })
}

/** `name=address+address,…`: what name servers say of the names that customers and clients choose. */
const addresses = new Map(
  (process.env.NAMES_ELSEWHERE ?? '').split(',').map((entry) => {
    const [name, list = ''] = entry.split('=')
    return [name, list.split('+')]
  }),
)
const { resolve4, resolve6 } = dns.Resolver.prototype
const from = (resolve, isOfFamily) =>
  async function (hostname) {
    const known = addresses.get(hostname)
    return known ? known.filter(isOfFamily) : resolve.call(this, hostname)
  }
dns.Resolver.prototype.resolve4 = from(resolve4, (address) => isIPv4(address))
dns.Resolver.prototype.resolve6 = from(resolve6, (address) => !isIPv4(address))
syncBuiltinESMExports()
