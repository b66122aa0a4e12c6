// What the two test runners found, counted together.
import { existsSync, readFileSync } from 'node:fs'

/** Of the file that Vitest's JSON reporter writes; undefined when it wrote none. */
export function countVitest(file) {
  const found = read(file)
  if (!found) return undefined
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = found
  // A file that cannot be loaded has no tests to count.
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  return { passed: numPassedTests, failed: numFailedTests + broken.length, skipped: numPendingTests }
}

/** Of the file that Playwright's JSON reporter writes; undefined when it wrote none. */
export function countPlaywright(file) {
  const found = read(file)
  if (!found) return undefined
  const { expected, unexpected, flaky, skipped } = found.stats
  return { passed: expected, failed: unexpected + flaky + found.errors.length, skipped }
}

/** One line: `3876 passed, 0 failed`, and what was skipped if anything was. */
export function summary(counts) {
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0)
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped}`
}

const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined)
