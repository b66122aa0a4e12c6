import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { messages } from '../messages/connections'
import { FIELDS_EN } from '../messages/connections-fields'
import { findPreset, type Preset, presetOf } from './presets'

const FOLDER = 'docs/providers'
const pages = readdirSync(FOLDER).filter((file) => file !== 'README.md')
const textOf = (file: string) => readFileSync(`${FOLDER}/${file}`, 'utf8')

/** The preset that a page says to take, by its name in the console. */
function presetIn(text: string): Preset {
  const named = /preset \*([^*]+)\*/i.exec(text)?.[1]
  const general = (['oidc', 'oauth2', 'saml'] as const).find((id) => messages.en[`preset.${id}`] === named)
  const found = PRESET_IDS.map(findPreset).find((preset) => preset?.name === named) ?? findPreset(general)
  if (!found) throw new Error(`there is no preset ${named}`)
  return found
}

const PRESET_IDS = [
  'okta',
  'entra',
  'auth0',
  'google',
  'keycloak',
  'cognito',
  'github',
  'gitlab',
  'ping',
  'b2c',
]

describe.each(pages)('the page %s', (file) => {
  const text = textOf(file)

  it('names each field of its preset as the console does', () => {
    const { fields, type } = presetIn(text)
    const client = type === 'saml' ? [] : (['client_id', 'client_secret'] as const)
    for (const field of [...fields, ...client]) expect(text).toContain(`*${FIELDS_EN[`field.${field}`]}*`)
  })

  it('says what to enter, which quirks there are, and what was tried', () => {
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
    expect(headings).toEqual(['What to enter where', 'Quirks', 'What was tried'])
  })

  it('is in the list', () => {
    expect(textOf('README.md')).toContain(`](${file})`)
  })

  it('has an example of the provider that it is about', () => {
    const issuer = /^ {4}issuer: (\S+)$/m.exec(text)?.[1]
    const preset = presetIn(text)
    if (issuer) expect(presetOf({ type: preset.type, issuer })).toBe(preset.id)
    for (const scope of preset.defaults.scopes ?? [])
      expect(/scopes: \[([^\]]*)\]/.exec(text)?.[1]?.split(', ')).toContain(scope)
  })
})
