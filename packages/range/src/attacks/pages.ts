import { type Attack, each, together } from '../attack'
import { NotOffered } from '../errors'
import type { Answer } from '../http'
import type { Target } from '../target'

const MARK = 'range7'
/** Characters: what is shorter is a language or a colour, which a script may read. */
const LEAST_OF_A_SECRET = 8
const SCRIPT = `"'><svg/onload=${MARK}()>`

const isPage = ({ headers, status }: Answer) =>
  (status < 300 || status >= 400) && headers.get('content-type')?.includes('html') === true
/** Without what belongs to one login. */
const pathOf = ({ url }: Answer) => new URL(url).pathname.replace(/[\w-]{20,}/g, '…')

/** The pages of an honest login that the server itself shows; those of its identity provider are not its own. */
async function ownPages(target: Target, answers?: readonly Answer[]): Promise<readonly Answer[]> {
  const seen = answers ?? (await target.visit(await target.client())).answers
  return seen.filter((answer) => new URL(answer.url).origin === new URL(target.issuer).origin)
}

const runs = (answer: Answer) =>
  isPage(answer) && answer.text.includes(`<svg/onload=${MARK}`)
    ? `a script runs on ${pathOf(answer)}`
    : undefined

export const pageAttacks: readonly Attack[] = [
  {
    id: 'error-page-script',
    gets: 'a script in the server’s origin (XSS), by a link',
    reference: 'RFC 6749 §10.15',
    severity: 'high',
    decides: 'a page shows a parameter as markup',
    run: async (target) => {
      const client = await target.client()
      const alone = ['client_id', 'response_type', 'scope', 'code_challenge_method', 'resource', 'prompt']
      const ignored = ['login_hint', 'ui_locales', 'error_description', 'display', 'claims']
      const requests = [
        ...alone.map((name) => ({ [name]: SCRIPT })),
        { redirect_uri: `https://x.example/${SCRIPT}` },
        Object.fromEntries(ignored.map((name) => [name, SCRIPT])),
      ]
      return each(requests, async (changes) => {
        const { answers } = await target.visit(client, changes)
        return together(answers.map(runs))
      })
    },
  },
  {
    id: 'consent-script',
    gets: 'a script on the consent page (XSS), which allows by itself',
    reference: 'RFC 7591 §5',
    severity: 'critical',
    decides: 'a page shows the name that a client chose as markup',
    run: async (target) => {
      const client = await target.registered({ client_name: `A${SCRIPT}` })
      const { answers } = await target.visit(client)
      if (!answers.some(isPage)) throw new NotOffered('no page is shown')
      return together(answers.map(runs))
    },
  },
  {
    id: 'clickjacking',
    gets: 'the user’s consent, by a click on something else',
    reference: 'RFC 6749 §10.13, RFC 9700 §4.16',
    severity: 'medium',
    decides: 'a page of the login may be framed by any other site',
    run: async (target) => {
      const pages = (await ownPages(target)).filter(isPage)
      if (pages.length === 0) throw new NotOffered('no page is shown')
      return each(pages, async (page) => {
        return canBeFramed(page) ? `${pathOf(page)} can be framed` : undefined
      })
    },
  },
  {
    id: 'cookie-flags',
    gets: 'the session of a login, by a script, another site or the network',
    reference: 'RFC 6265 §4.1.2, RFC 9700 §4.7',
    severity: 'low',
    decides:
      'a cookie of the login of eight characters or more lacks HttpOnly or SameSite, or Secure on https',
    run: async (target) => {
      const answers = await ownPages(target)
      const cookies = answers.flatMap(({ headers }) => headers.getSetCookie())
      if (cookies.length === 0) throw new NotOffered('no cookie is set')
      const secure = target.issuer.startsWith('https:')
      return each(cookies, async (line) => {
        const [, name, value = ''] = /^([^=]*)=([^;]*)/.exec(line) ?? []
        if (value.length < LEAST_OF_A_SECRET) return undefined
        const expected = [
          'HttpOnly',
          'SameSite',
          ...(secure || /samesite=none/i.test(line) ? ['Secure'] : []),
        ]
        const missing = expected.filter((flag) => !new RegExp(`;\\s*${flag}`, 'i').test(line))
        return missing.length > 0 && !isRemoval(line) ? `${name} lacks ${missing.join(' and ')}` : undefined
      })
    },
  },
]

/** By others than those whom the server names, which is its own decision. `frame-ancestors` counts alone where it is. */
function canBeFramed({ headers }: Answer): boolean {
  const named = /frame-ancestors([^;,]*)/i.exec(headers.get('content-security-policy') ?? '')?.[1]
  if (named === undefined) return !/deny|sameorigin/i.test(headers.get('x-frame-options') ?? '')
  return named.split(/\s+/).some((source) => /^(https?:)?(\/\/)?\*?$/i.test(source) && source !== '')
}

const isRemoval = (line: string) => /max-age=0|expires=thu, 01 jan 1970/i.test(line)
