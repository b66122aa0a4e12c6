import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const SKIPPED = new Set([
  'node_modules',
  '.git',
  '.next',
  '.data',
  'dist',
  'coverage',
  'test-results',
  'playwright-report',
])

/** Sorted paths of all files of the project under a folder; generated and installed ones left out. */
export function projectFiles(folder = '.'): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true })
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (SKIPPED.has(entry.name)) return []
      const file = path.posix.join(folder, entry.name)
      return entry.isDirectory() ? projectFiles(file) : [file]
    })
}

/**
 * Links of a document that lead nowhere: to a file that does not exist, or to a heading that its document does not have.
 *
 * @param file the document's path; links are relative to it
 */
export function brokenLinks(file: string, text: string, read: (file: string) => string | null): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [to = '', heading] = target.split('#')
      const found = read(to ? path.posix.join(path.posix.dirname(file), to) : file)
      return found === null || (heading !== undefined && !headingsOf(found).includes(heading))
    })
}

/**
 * Paths of the project in backticks that do not exist; patterns such as `lib/*.ts` and `lib/{a,b}` are not looked at.
 */
export function missingPaths(text: string, read: (file: string) => string | null): string[] {
  return [
    ...withoutCode(text).matchAll(
      /`((?:app|bench|components|docs|drizzle|e2e|lib|packages|sandbox|scripts|test)\/[\w./-]+)`/g,
    ),
  ]
    .map(([, file = '']) => file)
    .filter((file) => read(file) === null && read(`${file}.ts`) === null)
}

const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '')

/** The anchors of a document's headings, as GitHub makes them. */
const headingsOf = (text: string) =>
  [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

/** The text of a file, the empty text for a folder, or null where neither exists. */
export function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EISDIR' ? '' : null
  }
}
