import ts from 'typescript'

/** One line of a table: a requirement, where it is from, and what shows that it is met. */
type Row = {
  readonly line: number
  readonly id: string
  readonly source: string
  readonly proof: string
}

/** `path/to/file.test.ts` › “a title”, “another title” */
const PROOF = /`([^`]+)` › (“[^”]+”(?:, “[^”]+”)*)/g
const TEST_FILE = /\.(test|spec|contract)\.tsx?$/
const TITLE_ROW = '| id | requirement | source | proof |'

/**
 * Everything that is wrong with the conformance page, in words.
 *
 * @param read the text of a file of the project, or null when there is none
 */
export function complaintsAbout(page: string, read: (file: string) => string | null): readonly string[] {
  const rows = rowsOf(page)
  return [
    ...(rows.length === 0 ? ['there are no requirements'] : []),
    ...emptySections(page),
    ...wrongIds(rows),
    ...rows.flatMap((row) => wrongCells(row, read).map((what) => `line ${row.line}, ${row.id}: ${what}`)),
  ]
}

function rowsOf(page: string): readonly Row[] {
  return page.split('\n').flatMap((text, index) => {
    if (!isRow(text)) return []
    const [, id = '', , source = '', proof = '', ...more] = text.split(/(?<!\\)\|/).map((cell) => cell.trim())
    const wellFormed = more.length === 1 && more[0] === ''
    return [{ line: index + 1, id, source, proof: wellFormed ? proof.replaceAll('\\|', '|') : '' }]
  })
}

const isRow = (text: string) => text.startsWith('|') && text !== TITLE_ROW && !/^\|[-| ]+\|$/.test(text)

/** A heading with neither rows nor a deeper heading below it. */
function emptySections(page: string): readonly string[] {
  const sections = page.split(/^(?=##+ )/m).slice(1)
  const depth = (section = '') => /^#*/.exec(section)?.[0].length ?? 0
  return sections
    .filter(
      (section, index) => !section.split('\n').some(isRow) && depth(sections[index + 1]) <= depth(section),
    )
    .map((section) => `the section “${section.split('\n')[0]}” is empty`)
}

function wrongIds(rows: readonly Row[]): readonly string[] {
  const ids = rows.map(({ id }) => id)
  const malformed = ids.filter((id) => !/^[A-Z]+-[1-9]\d*$/.test(id)).map((id) => `“${id}” is no id`)
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} is there twice`)
  const gaps = [...new Set(ids.map((id) => id.replace(/\d+$/, '')))].flatMap((series) => {
    const last = Math.max(
      ...ids.filter((id) => id.startsWith(series)).map((id) => Number(id.slice(series.length))),
    )
    const wanted = Array.from({ length: last || 0 }, (_, index) => `${series}${index + 1}`)
    return wanted.filter((id) => !ids.includes(id)).map((id) => `${id} is missing`)
  })
  return [...malformed, ...twice, ...gaps]
}

function wrongCells({ source, proof }: Row, read: (file: string) => string | null): readonly string[] {
  const wrong = source ? [] : ['has no source']
  // What is left beside the tests has to be a reason in words.
  const rest = proof.replace(PROOF, '').replace(/^[;\s]+|[;\s]+$/g, '')
  const reason = /^— \S+ \S+/.test(rest)
  if (rest && !reason) wrong.push(`neither tests nor a reason: ${rest}`)
  const named = [...proof.matchAll(PROOF)]
  if (named.length === 0 && !rest) wrong.push('has neither a proof nor a reason')
  return [...wrong, ...named.flatMap(([, file = '', titles = '']) => missingTests(file, titles, read))]
}

function missingTests(
  file: string,
  titles: string,
  read: (file: string) => string | null,
): readonly string[] {
  const text = TEST_FILE.test(file) ? read(file) : null
  if (text === null) return [`there is no test file ${file}`]
  const known = titlesIn(file, text)
  return [...titles.matchAll(/“([^”]+)”/g)]
    .map(([, title = '']) => title)
    .filter((title) => !known.has(title))
    .map((title) => `${file} has no test “${title}”`)
}

const parsed = new Map<string, ReadonlySet<string>>()

/** The titles of all tests and groups of tests; of a template its source text, with the `${…}`. */
function titlesIn(file: string, text: string): ReadonlySet<string> {
  const known = parsed.get(text)
  if (known) return known
  const titles = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTestFunction(node.expression)) {
      const [title] = node.arguments
      if (title && ts.isStringLiteralLike(title)) titles.add(title.text)
      else if (title && ts.isTemplateExpression(title)) titles.add(title.getText().slice(1, -1))
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true))
  parsed.set(text, titles)
  return titles
}

/** `it`, `test.describe`, `it.each([…])`: but neither a step of a test nor one that is skipped. */
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
