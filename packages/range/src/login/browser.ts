import { type Answer, type Http, locationOf } from '../http'
import { newCookieJar } from './cookies'
import { hasLeft, type LoginDriver, type Visit } from './driver'
import { type Button, type Field, type Form, formsIn, linksIn } from './html'

/** Who logs in with the built-in browser. */
export type Person = {
  readonly username?: string
  readonly password?: string
  /** A `Cookie` header of a session at the authorization server. */
  readonly cookie?: string
  /** False: it follows redirects, and submits no form. */
  readonly submits?: boolean
}

const MOST_STEPS = 30
const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
const YES = /allow|approve|accept|authori[sz]e|continue|sign ?in|log ?in|confirm|\byes\b/i
const NO = /deny|cancel|decline|reject|sign ?out|log ?out|\bno\b/i

/**
 * A browser without a window or scripts: it keeps cookies, follows redirects, fills in the name and password of a
 * simple form, and presses what allows. A server that asks for nothing is logged in to without a form.
 */
export function browserLogin(http: Http, person: Person = {}): LoginDriver {
  return async (url, redirectUri): Promise<Visit> => {
    const answers: Answer[] = []
    const jar = newCookieJar(new URL(url).hostname, person.cookie)
    let request: Step = { url: new URL(url) }
    for (let step = 0; step < MOST_STEPS; step++) {
      if (hasLeft(request.url, redirectUri)) return { arrival: request.url, answers }
      const cookie = jar.headerFor(request.url)
      const headers = { ...NAVIGATION, ...request.headers, ...(cookie && { cookie }) }
      const answer = await http.send(request.url, {
        headers,
        ...(request.body && { method: 'POST', body: request.body }),
      })
      answers.push(answer)
      jar.keep(request.url, answer.headers.getSetCookie())
      const next = nextStep(answer, redirectUri, person)
      if (!next) return { answers }
      request = next
    }
    return { answers }
  }
}

type Step = {
  readonly url: URL
  readonly body?: URLSearchParams
  readonly headers?: Readonly<Record<string, string>>
}

function nextStep(answer: Answer, redirectUri: string, person: Person): Step | undefined {
  const location = locationOf(answer)
  if (location && answer.status >= 300 && answer.status < 400) return { url: location }
  if (!answer.headers.get('content-type')?.includes('html')) return undefined
  const submitted = person.submits !== false ? submission(answer, person) : undefined
  if (submitted) return submitted
  // A page that tells its reader to go back to the client.
  const links = linksIn(answer.text).filter((link) => URL.canParse(link, answer.url))
  const away = links.map((link) => new URL(link, answer.url)).find((link) => hasLeft(link, redirectUri))
  return away && { url: away }
}

/** What a person would press on this page; undefined where nothing is asked, or what was given is not enough. */
function submission(answer: Answer, person: Person): Step | undefined {
  if (answer.status >= 400) return undefined
  const found = formsIn(answer.text)
    .map((form) => ({ form, button: positive(form.buttons) }))
    .find(({ form, button }) => button || form.fields.some(({ type }) => type === 'password'))
  if (!found) return undefined
  const { form, button } = found
  const asksPassword = form.fields.some(({ type }) => type === 'password')
  if (asksPassword && person.password === undefined) return undefined
  const action = button?.action ?? form.action
  const target = new URL(action || answer.url, answer.url)
  const body = filled(form, person)
  if (button?.name) body.append(button.name, button.value)
  if (form.method === 'post')
    return { url: target, body, headers: { origin: new URL(answer.url).origin, referer: answer.url } }
  target.search = body.toString()
  return { url: target }
}

const positive = (buttons: readonly Button[]) => {
  const said = ({ label, value }: Button) => `${label} ${value}`
  return (
    buttons.find((button) => YES.test(said(button)) && !NO.test(said(button))) ??
    (buttons.length === 1 ? buttons.find((button) => !NO.test(said(button))) : undefined)
  )
}

function filled({ fields }: Form, { username = '', password = '' }: Person): URLSearchParams {
  const body = new URLSearchParams()
  for (const field of fields) {
    if (!field.name) continue
    const value = valueFor(field, username, password)
    if (value !== undefined) body.append(field.name, value)
  }
  return body
}

function valueFor({ type, value, checked }: Field, username: string, password: string) {
  if (type === 'password') return password
  if (type === 'checkbox' || type === 'radio') return checked ? value || 'on' : undefined
  if (type === 'hidden') return value
  return value || username
}
