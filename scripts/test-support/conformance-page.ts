import ts from 'typescript'
import { parse } from 'yaml'
import { z } from 'zod'

const Requirement = z.strictObject({
  id: z.string().regex(/^[A-Z]+-[1-9]\d*$/),
  /** One sentence. */
  requirement: z.string(),
  /** MUST, SHOULD or MAY, where the source has a level. */
  level: z.string().optional(),
  /** Specification and section. */
  source: z.string(),
  /** `met` needs a test; `not applicable` needs a note. */
  status: z.enum(['met', 'not applicable']),
  note: z.string().optional(),
})

const Section = z.strictObject({
  section: z.string(),
  part: z.string().optional(),
  requirements: z.array(Requirement).min(1),
})

export type Section = z.infer<typeof Section>
type Requirement = z.infer<typeof Requirement>

/** Files whose tests cite a requirement, by its id. */
export type Citations = ReadonlyMap<string, readonly string[]>

/** @throws ZodError when an entry lacks a member or has an unknown one */
export const readRequirements = (yaml: string): readonly Section[] => z.array(Section).parse(parse(yaml))

/** Every mismatch between requirements and tests, as a sentence each. */
export function mismatches(sections: readonly Section[], citations: Citations): readonly string[] {
  const requirements = sections.flatMap((section) => section.requirements)
  const ids = requirements.map(({ id }) => id)
  const untested = ({ id, status, note }: Requirement) =>
    status === 'met' ? !citations.has(id) : note === undefined || citations.has(id)
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} exists twice`),
    ...requirements
      .filter((one) => one.status === 'met' && untested(one))
      .map(({ id }) => `${id} has no test`),
    ...requirements
      .filter((one) => one.status !== 'met' && untested(one))
      .map(({ id }) => `${id} is not applicable: it needs a note and no test`),
    ...[...citations]
      .filter(([id]) => !ids.includes(id))
      .map(([id, files]) => `${files[0]} cites ${id}, which does not exist`),
  ]
}

/**
 * Reads which requirements the titles of tests cite, as in `'the verifier is compared [RFC-19 H-23]'`.
 *
 * @param files path and text of each file of tests
 */
export function citedRequirements(files: readonly (readonly [file: string, text: string])[]): Citations {
  const citations = new Map<string, string[]>()
  for (const [file, text] of files) {
    const ids = new Set(
      titlesIn(file, text).flatMap((title) => /\[([A-Z]+-\d[^\]]*)\]$/.exec(title)?.[1]?.split(' ') ?? []),
    )
    for (const id of ids) citations.set(id, [...(citations.get(id) ?? []), file])
  }
  return citations
}

/** The titles of all tests and groups of tests; of a template its source text, with the `${…}`. */
export function titlesIn(file: string, text: string): readonly string[] {
  const titles: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTestFunction(node.expression)) {
      const [title] = node.arguments
      if (title && ts.isStringLiteralLike(title)) titles.push(title.text)
      else if (title && ts.isTemplateExpression(title)) titles.push(title.getText().slice(1, -1))
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true))
  return titles
}

/** `it`, `test.describe`, `it.each([…])`: but neither a step of a test nor a skipped one. */
function isTestFunction(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return ['test', 'it', 'describe'].includes(callee.text)
  if (ts.isPropertyAccessExpression(callee))
    return ['describe', 'each', 'concurrent'].includes(callee.name.text) && isTestFunction(callee.expression)
  return (
    ts.isCallExpression(callee) &&
    ts.isPropertyAccessExpression(callee.expression) &&
    isTestFunction(callee.expression)
  )
}

/** The tables of the page: a requirement per row, with the files of its tests. */
export function conformanceTables(sections: readonly Section[], citations: Citations): string {
  return sections
    .map(({ section, part, requirements }, index) =>
      [
        ...(section === sections[index - 1]?.section ? [] : [`## ${section}`, '']),
        ...(part ? [`### ${part}`, ''] : []),
        '| id | requirement | source | tests |',
        '|---|---|---|---|',
        ...requirements.map((requirement) => row(requirement, citations.get(requirement.id) ?? [])),
        '',
      ].join('\n'),
    )
    .join('\n')
}

function row({ id, requirement, level, source, note }: Requirement, files: readonly string[]): string {
  const tests = files.map((file) => `\`${file.replace(/\.(test|spec|contract)\.tsx?$/, '')}\``).join(', ')
  const cells = [
    id,
    note ? `${requirement}. *${note}*` : requirement,
    level ? `${level}: ${source}` : source,
    tests,
  ]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
