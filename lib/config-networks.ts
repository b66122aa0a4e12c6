import { isIP } from 'node:net'
import type { OutgoingProxy } from '@/lib/http/fetch/proxy'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'

/** Lists of networks; `config.ts` reads the environment. */

/** Which connections reach hosts in our own network: besides those listed, what `rule` says. */
export type InternalHosts = {
  /** `operator`: those whose addresses were entered by who runs the installation; `allow`: all; `deny`: none. */
  readonly rule: 'operator' | 'allow' | 'deny'
  /** Host names, addresses and CIDRs. */
  readonly listed: readonly string[]
}

export function readProxies(value: string | undefined, mistakes: string[]): readonly string[] {
  const proxies = value?.split(',').map((entry) => entry.trim()) ?? []
  if (!proxies.every(isNetwork))
    mistakes.push('TRUSTED_PROXIES has an entry that is not an address or CIDR, such as 10.0.0.0/8.')
  return proxies
}

/** Whether it is an address or a CIDR. */
function isNetwork(entry: string): boolean {
  const [address = '', bits] = entry.split('/')
  const size = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return size > 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= size))
}

export function readInternalHosts(value: string | undefined, mistakes: string[]): InternalHosts {
  if (value === 'allow' || value === 'deny') return { rule: value, listed: [] }
  const listed = value?.split(',').map((entry) => entry.trim().toLowerCase()) ?? []
  const isName = (entry: string) => /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(entry) && !/^[\d.]+$/.test(entry)
  if (!listed.every((entry) => (isNetwork(entry) || isName(entry)) && entry !== 'allow' && entry !== 'deny'))
    mistakes.push(
      'UPSTREAM_PRIVATE_HOSTS is neither allow nor deny, nor a list of host names, addresses and CIDRs such as login.corp.example,10.1.0.0/16.',
    )
  return { rule: 'operator', listed }
}

/** The way out of our own network. A mistake does not quote the address, which may have a password. */
export function readOutgoingProxy(
  address: string | undefined,
  except: string | undefined,
  mistakes: string[],
): OutgoingProxy | undefined {
  if (address === undefined) return undefined
  const url = parseUrl(address)
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    mistakes.push('HTTPS_PROXY is not the URL of a proxy, such as http://proxy.corp.example:3128.')
    return undefined
  }
  const entries = except?.split(/[\s,]+/).filter((entry) => entry !== '') ?? []
  return { url: url.href, except: entries.map((entry) => entry.toLowerCase()) }
}
