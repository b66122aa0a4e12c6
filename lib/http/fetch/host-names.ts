/**
 * Host names. c-ares resolves those that strangers and customers chose: `getaddrinfo` cannot be called off, and a zone
 * whose servers never answer would hold the few threads that the names of identity providers need. Decision 0055,
 * and each customer has room of their own: decision 0147.
 */
import { lookup, Resolver } from 'node:dns/promises'
import { underWay } from '../limits/under-way'

/**
 * All addresses of a host name.
 *
 * @param owner who chose it: look-ups of one owner leave room for those of others
 */
export type Resolve = (hostname: string, owner?: string) => Promise<readonly string[]>

/** As the system resolves them: the names that the installation itself chose. */
export const systemNames: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address)

/** Milliseconds after which a look-up ends, whatever it waits for; and for one question to one name server. */
const TIME_LIMIT = 3_000
const QUESTION = 1_000

/** Look-ups under way for one owner, and of the names of one zone: silent servers of one zone leave room for others. */
const CEILING = 32
const CEILING_OF_ZONE = 4

/** The look-up failed; `code` is one of the system's. */
const failure = (code: 'ENOTFOUND' | 'EAI_AGAIN' | 'ETIMEOUT' | 'EBUSY') =>
  Object.assign(new Error('the host name was not resolved'), { code })

/** What says that a name has no address, for certain. */
const NO_ADDRESS = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME', 'EBADQUERY'])

/**
 * A room of look-ups, apart from other rooms. A failure carries a code: `ENOTFOUND`, `EAI_AGAIN`, `ETIMEOUT`, or
 * `EBUSY` when too many wait. Names of this machine are not asked for (RFC 6761 §6.3).
 *
 * @param options.servers name servers, instead of the system's
 * @param options.timeLimit milliseconds
 */
export function untrustedNames({
  servers,
  timeLimit = TIME_LIMIT,
}: {
  readonly servers?: readonly string[]
  readonly timeLimit?: number
} = {}): Resolve {
  const within = underWay({ owner: CEILING, zone: CEILING_OF_ZONE })
  return async (hostname, owner = '') => {
    if (isThisMachine(hostname)) return systemNames('localhost')
    return within(
      { owner, zone: `${owner} ${zoneOf(hostname)}` },
      () => failure('EBUSY'),
      () => resolveBoth(hostname, servers, timeLimit),
    )
  }
}

/** Both families at once; one that does not answer does not take away the other. */
async function resolveBoth(
  hostname: string,
  servers: readonly string[] | undefined,
  timeLimit: number,
): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: QUESTION, tries: 2 })
  if (servers) resolver.setServers(servers)
  const timer = setTimeout(() => resolver.cancel(), timeLimit)
  try {
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    if (addresses.length > 0) return addresses
    throw failureOf(
      answers.flatMap((answer) => (answer.status === 'rejected' ? [codeOf(answer.reason)] : [])),
    )
  } finally {
    clearTimeout(timer)
  }
}

function failureOf(codes: readonly string[]) {
  if (codes.every((code) => NO_ADDRESS.has(code))) return failure('ENOTFOUND')
  const isSilent = codes.some((code) => code === 'ECANCELLED' || code === 'ETIMEOUT')
  return failure(isSilent ? 'ETIMEOUT' : 'EAI_AGAIN')
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

const isThisMachine = (hostname: string) => /^(.+\.)?localhost\.?$/i.test(hostname)

/** The last two labels: one owner's names, as a rule. */
const zoneOf = (hostname: string) => hostname.toLowerCase().replace(/\.$/, '').split('.').slice(-2).join('.')
