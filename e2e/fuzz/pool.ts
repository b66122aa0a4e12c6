import { pick } from '@/test/chaos/random'
import { HOSTILE, USUAL } from './values'

/** A form as a page showed it: where it goes, and its fields with their values. */
export type Form = {
  readonly page: string
  readonly action: string
  readonly fields: readonly (readonly [string, string])[]
}

const KEPT = 40

/** What requests are made of: what the application has answered, which it will understand, and what breaks it. */
export type Pool = {
  readonly add: (name: string, value: string) => void
  readonly learn: (path: string, headers: Headers, body: string) => void
  /** A value for a parameter of this name. */
  readonly value: (name: string) => string
  readonly known: (name: string) => string | undefined
  readonly form: () => Form | undefined
  readonly cookies: () => string
}

export function newPool(random: () => number): Pool {
  const values = new Map<string, string[]>()
  const cookies = new Map<string, string>()
  const forms: Form[] = []
  const add = (name: string, value: string) => {
    const kept = values.get(name) ?? []
    values.set(name, kept)
    if (value !== '' && value.length < 3_000 && !kept.includes(value)) kept.push(value)
    if (kept.length > KEPT) kept.splice(Math.floor(random() * KEPT), 1)
  }
  const known = (name: string) => {
    const kept = values.get(name) ?? []
    return kept.length > 0 ? pick(random, kept) : undefined
  }
  const any = () => known(pick(random, [...values.keys()])) ?? ''
  return {
    add,
    known,
    value(name) {
      const chance = random()
      if (chance < 0.12) return pick(random, HOSTILE)
      if (chance < 0.2) return any()
      const usual = Object.hasOwn(USUAL, name) ? (USUAL[name] ?? []) : []
      const sound = known(name)
      const value =
        sound !== undefined && (usual.length === 0 || random() < 0.5)
          ? sound
          : usual.length > 0
            ? pick(random, usual)
            : (sound ?? any())
      return chance < 0.3 ? mutated(value, random) : value
    },
    form: () => (forms.length > 0 ? pick(random, forms) : undefined),
    cookies: () => {
      const chosen = [...cookies].filter(() => random() < 0.7)
      return chosen
        .map(([name, value]) => `${name}=${random() < 0.95 ? value : mutated(value, random)}`)
        .join('; ')
    },
    learn(path, headers, body) {
      for (const line of headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(line) ?? []
        // A cookie that is taken away is kept: it may be what something stumbles over.
        if (value !== '') cookies.set(name, value)
        if (cookies.size > 12) cookies.delete(pick(random, [...cookies.keys()]))
      }
      const location = headers.get('location') ?? ''
      if (URL.canParse(location, 'http://localhost'))
        for (const [name, value] of new URL(location, 'http://localhost').searchParams) add(name, value)
      const type = headers.get('content-type') ?? ''
      if (/^application\/json(;|$)/.test(type) && body !== '') learnJson(add, '', JSON.parse(body))
      if (type.startsWith('text/html'))
        for (const form of formsIn(path, body)) {
          forms.push(form)
          for (const [name, value] of form.fields) if (!name.startsWith('$')) add(name, value)
          if (forms.length > 300) forms.splice(Math.floor(random() * 300), 1)
        }
    },
  }
}

function learnJson(add: Pool['add'], name: string, value: unknown): void {
  if (typeof value === 'string') add(name, value)
  else if (Array.isArray(value)) for (const item of value.slice(0, 20)) learnJson(add, name, item)
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) {
      learnJson(add, key, item)
      // `{ client: { id } }`: the id of a client.
      if (key === 'id' || key === 'slug') learnJson(add, name, item)
    }
}

/** The forms of a page. */
export function formsIn(page: string, html: string): readonly Form[] {
  return [...html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)].map(([, attributes = '', inside = '']) => ({
    page,
    action: attribute(attributes, 'action') || page,
    fields: [...inside.matchAll(/<(?:input|button|textarea|select|option)\b[^>]*>/g)]
      .map(([tag]) => [attribute(tag, 'name'), attribute(tag, 'value')] as const)
      .filter(([name]) => name !== ''),
  }))
}

const attribute = (tag: string, name: string) =>
  (new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '').replaceAll('&quot;', '"').replaceAll('&amp;', '&')

/** The same with a piece taken out, put in, doubled or replaced. */
export function mutated(value: string, random: () => number): string {
  const at = Math.floor(random() * (value.length + 1))
  const [before, after] = [value.slice(0, at), value.slice(at)]
  return pick(random, [
    before,
    before + after.slice(1),
    before + pick(random, HOSTILE) + after,
    before + String.fromCharCode(33 + Math.floor(random() * 94)) + after.slice(1),
    value + value,
    value.toUpperCase(),
    ` ${value} `,
  ])
}
