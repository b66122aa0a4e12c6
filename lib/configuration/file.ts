/** The configuration file: the one place where settings are read from YAML. */
import { type FileBrand, readBrands } from './brand/file-brands'
import { ConfigurationMistakes, type Mistake } from './mistakes'
import { findContradictions } from './rules'
import { NOTHING, readSettings } from './schema/read'
import { fileSchema, type OrganizationSettings } from './schema/settings'
import { fromWire } from './schema/wire'
import { type SecretSources, secretReference } from './secret-reference'
import { readYaml } from './yaml-source'

export type ReadConfiguration = {
  readonly organizations: readonly OrganizationSettings[]
  readonly brands: readonly FileBrand[]
  /** For mistakes that show only against the database: gives them their place in the file. */
  refuse(mistakes: readonly Mistake[]): ConfigurationMistakes
}

/**
 * Reads and checks a configuration file.
 *
 * @param options `file`: its name, for messages; `loopback`: whether identity providers may be on this machine; `kept`: texts
 * that are stored, as for `readSettings`
 * @throws ConfigurationMistakes naming every mistake with its line
 */
export function readConfiguration(
  text: string,
  options: SecretSources & {
    readonly file: string
    readonly loopback: boolean
    readonly kept?: ReadonlySet<string>
  },
): ReadConfiguration {
  const source = readYaml(text)
  const refuse = (mistakes: readonly Mistake[]) =>
    new ConfigurationMistakes(options.file, [...source.mistakes, ...mistakes.map(source.locate)])
  if (source.value === undefined || source.value === null)
    throw refuse(source.mistakes.length > 0 ? [] : [{ path: [], code: 'file_empty' }])
  const schema = fileSchema(options.loopback)
  const input = fromWire(schema, source.value, (reference) => secretReference(reference, options))
  const { value, draft, mistakes } = readSettings(schema, input, [], {
    ...NOTHING,
    texts: options.kept ?? NOTHING.texts,
  })
  const drafts = Array.isArray(draft.organizations) ? draft.organizations : []
  const contradictions = findContradictions(
    drafts.map((organization, i) => ({ path: ['organizations', i], draft: organization })),
  )
  const { brands, mistakes: ofBrands } = readBrands(drafts, options)
  const all = [...mistakes, ...contradictions, ...ofBrands]
  if (!value || source.mistakes.length > 0 || all.length > 0) throw refuse(all)
  const organizations = value.organizations.map(({ branding: _, servers, ...organization }) => ({
    ...organization,
    servers: servers.map(({ branding: __, ...server }) => server),
  }))
  return { organizations, brands, refuse }
}
