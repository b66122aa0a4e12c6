// What the two test runners found, counted together.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** Of the file that Vitest's JSON reporter writes; undefined when it wrote none. */
export function countVitest(file) {
  const found = read(file)
  if (!found) return undefined
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = found
  // A file that cannot be loaded has no tests to count.
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  const failures = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => failure(`${name}: ${fullName}`, failureMessages)),
  )
  failures.push(...broken.map(({ name, message }) => failure(name, [message])))
  const failed = numFailedTests + broken.length
  return { passed: numPassedTests, failed, skipped: numPendingTests, failures }
}

/** Of the file that Playwright's JSON reporter writes; undefined when it wrote none. */
export function countPlaywright(file) {
  const found = read(file)
  if (!found) return undefined
  const { expected, unexpected, flaky, skipped } = found.stats
  const failures = found.errors.map(({ message }) => failure('end-to-end tests', [message]))
  for (const { file, title, tests } of specsOf(found)) {
    const errors = tests.flatMap(({ results }) => results.flatMap(({ errors }) => errors))
    if (errors.length > 0)
      failures.push(
        failure(
          `${file}: ${title}`,
          errors.map(({ message }) => message),
        ),
      )
  }
  return { passed: expected, failed: unexpected + flaky + found.errors.length, skipped, failures }
}

/** What failed and why, briefly, and last: `3876 passed, 0 failed`, and what was skipped if anything was. */
export function summary(counts) {
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0)
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''
  const failures = counts.flatMap(({ failures }) => failures)
  return [...failures, `${sum('passed')} passed, ${sum('failed')} failed${skipped}`].join('\n')
}

function failure(name, messages) {
  const lines = stripVTControlCharacters(messages.join('\n')).split('\n')
  const ours = lines.filter((line) => !/^ +at .*(node_modules|Promise)/.test(line))
  return `FAILED ${path.relative('.', name)}\n${ours.join('\n').slice(0, 1500)}\n`
}

/** Every test of what Playwright's JSON reporter writes. */
export const specsOf = ({ specs = [], suites = [] }) => [...specs, ...suites.flatMap(specsOf)]

const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined)
