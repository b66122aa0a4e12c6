import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { MISTAKE_WORDS, MISTAKES } from './mistakes'
import { translateMistake } from './translate-mistake'

/** What is printed by the command line, is code, or can only be wrong in a file. */
const NO_FORMS =
  /^lib\/(configuration\/(export|yaml-source|file|secret-reference)\.ts|logins\/abandoned\.ts|servers\/(snippets|next-steps)\.ts|webhooks\/(worker|work|deliver|send)\.ts|.*test-support\/)/

/** Warnings of a plan, which the console has words of its own for, and what no form shows. */
const NOT_SHOWN = [
  'connection {} identifies users in another way than before: everybody who logs in through it becomes a new user',
  'server {} keeps its issuer {}, which clients and tokens are bound to, though PUBLIC_URL and SERVERS_DOMAIN now lead to {}: put them back, or configure a new server for the new address',
  'server {} has no connection',
  'settings without a mistake were not read',
  'needs the permission {}',
  // Of setup links: a name, and an answer with 429.
  '{}, invited by {}',
  'too many requests, slow down',
  // Of a connection's test.
  'The authorization response',
  'was not sent to the provider',
]

/** Parts of sentences, which `must be …` and `the issuer of a server never changes …` are made of. */
const KINDS = [
  'text: put numbers, dates, true and false in quotes',
  'a number',
  'a whole number',
  'true or false',
  'a list',
  'a mapping',
]
const PARTS = [...KINDS, 'leave this out', 'keep default: true', 'keep issuer_host: {}']
const isPart = (text: string) => PARTS.includes(text) || text in MISTAKE_WORDS

/** Where rules of what can be entered stand. */
const ROOMS = [
  'configuration',
  'connections',
  'servers',
  'clients',
  'grants',
  'logins',
  'members',
  'api-keys',
  'webhooks',
  'organizations',
  'setup-links',
]

const RULES = [
  ...ROOMS.flatMap((room) =>
    readdirSync(path.join('lib', room), { recursive: true, encoding: 'utf8' }).map((file) =>
      path.join('lib', room, file).split(path.sep).join('/'),
    ),
  ).filter((file) => /(?<!\.test)\.ts$/.test(file) && !NO_FORMS.test(file)),
  'lib/access.ts',
  'lib/oauth/protocol/client-keys.ts',
  'lib/oauth/protocol/redirect-uri.ts',
]
const FORMS = readdirSync('app/console', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => path.join('app/console', file))

const shapeOf = (text: string) => text.replace(/\{\w+\}/g, '{}')

/** Every text that stands in a file, with `{}` for a value. */
function textsIn(file: string, counts: (node: ts.Node) => boolean = () => true): readonly string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return
    if (ts.isStringLiteralLike(node) && counts(node)) found.push(node.text)
    if (ts.isTemplateExpression(node) && counts(node))
      found.push(node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join(''))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const sentencesIn = (file: string) =>
  textsIn(file).filter((text) => /[a-z]{2,} [a-z]+/.test(text) && !/^\s|\n/.test(text))

/** What a file of the console says of a form's field itself: `{ path: …, message: … }`. */
const messagesIn = (file: string) =>
  textsIn(file, ({ parent }) => {
    if (!ts.isPropertyAssignment(parent) || parent.name.getText() !== 'message') return false
    return parent.parent.properties.some((property) => property.name?.getText() === 'path')
  })

describe('a mistake', () => {
  const known = Object.keys(MISTAKES).map(shapeOf)
  const isKnown = (text: string) => known.some((shape) => shape === text || shape.startsWith(`${text}: `))

  it('that a form can show has German, wherever its rule stands', () => {
    const sentences = RULES.flatMap(sentencesIn).filter((text) => !isPart(text) && !NOT_SHOWN.includes(text))
    expect(sentences.length).toBeGreaterThan(80)
    expect(sentences.filter((text) => !isKnown(text))).toEqual([])
    expect(FORMS.flatMap(messagesIn).filter((text) => !isKnown(text))).toEqual([])
    for (const kind of KINDS) expect(translateMistake(`must be ${kind}`, 'de')).toMatch(/^muss .* sein/)
  })

  it('has no German once no rule says it any more', () => {
    const api = ['read-request', 'put-answers', 'routes/servers'].map((name) => `lib/api/${name}.ts`)
    const said = [...RULES, ...api, 'lib/configuration/secret-reference.ts', ...FORMS].flatMap(sentencesIn)
    const parts = new Set(['must be {}', ...said.map(shapeOf)])
    const isSaid = (shape: string) =>
      parts.has(shape) ||
      [...parts].some((text) => text.length > 20 && shape.startsWith(`${text}: `)) ||
      (shape.startsWith('must be ') && isPart(shape.slice('must be '.length)))
    expect(known.filter((shape) => shape.includes(' ') && !isSaid(shape))).toEqual([])
  })

  it.each([
    ['is missing', 'fehlt'],
    ['is longer than 200 characters', 'ist länger als 200 Zeichen'],
    ['must be jwt or opaque', 'muss jwt oder opaque sein'],
    [
      'is not a redirect URI: it must not have a fragment',
      'ist keine Redirect-URI: sie darf kein Fragment haben',
    ],
    ['there is no such server', 'diesen Server gibt es nicht'],
    ['something that nobody foresaw', 'something that nobody foresaw'],
    [
      'the issuer of a server never changes, and that of a is https://a.example: keep issuer_host: a.example',
      'der Issuer eines Servers ändert sich nie, und der von a ist https://a.example: behalten Sie issuer_host: a.example',
    ],
  ])('%s', (english, german) => {
    expect(translateMistake(english, 'de')).toBe(german)
    expect(translateMistake(english, 'en')).toBe(english)
  })

  it('says of values what was said, whatever they are', () => {
    expect(translateMistake('the server offers no scope "{name} $1": add it there', 'de')).toContain(
      '„{name} $1“',
    )
  })
})
