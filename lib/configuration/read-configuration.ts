import { findContradictions } from './consistency'
import { describeIssue } from './fields'
import { type Configuration, configurationFile } from './file'
import { ConfigurationMistakes, type Mistake } from './mistakes'
import type { SecretSources } from './secret-reference'
import { readYaml, type YamlSource } from './yaml-source'

export type ReadConfiguration = {
  readonly configuration: Configuration
  /** For mistakes that show only against the database: gives them their place in the file. */
  refuse(mistakes: readonly Mistake[]): ConfigurationMistakes
}

/**
 * Reads and checks a configuration file.
 *
 * @param options `file`: its name, for messages; `loopback`: whether identity providers may be on this machine
 * @throws ConfigurationMistakes naming every mistake with its line
 */
export function readConfiguration(
  text: string,
  options: SecretSources & { readonly file: string; readonly loopback: boolean },
): ReadConfiguration {
  const source = readYaml(text)
  const refuse = (mistakes: readonly Mistake[]) =>
    new ConfigurationMistakes(options.file, [...source.mistakes, ...mistakes.map(source.locate)])
  if (source.value === undefined || source.value === null)
    throw refuse(
      source.mistakes.length > 0
        ? []
        : [{ path: [], message: 'the file is empty: begin with organizations:' }],
    )
  const { configuration, mistakes } = check(source, options)
  if (!configuration || mistakes.length > 0 || source.mistakes.length > 0) throw refuse(mistakes)
  return { configuration, refuse }
}

function check(
  { value }: YamlSource,
  context: Parameters<typeof configurationFile>[0],
): { configuration?: Configuration; mistakes: readonly Mistake[] } {
  const parsed = configurationFile(context).safeParse(value, { error: describeIssue })
  const contradictions = findContradictions(value)
  if (parsed.success) return { configuration: parsed.data, mistakes: contradictions }
  const issues = parsed.error.issues.flatMap((issue): Mistake[] => {
    const path = issue.path as Mistake['path']
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }]
    return issue.keys.map((key) => ({ path: [...path, key], message: issue.message, atKey: true }))
  })
  return { mistakes: [...issues, ...contradictions] }
}
