import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const SUITE = path.resolve('node_modules/@modelcontextprotocol/conformance/dist/index.js')
const SHIM = pathToFileURL(path.resolve('e2e/support/node20-fs-shim.mjs')).href

export type ConformanceOptions = {
  readonly issuer: string
  /** A public client with `http://127.0.0.1:{port}/callback` among its redirect URIs. */
  readonly clientId: string
  readonly port: number
  readonly resource?: string
  /** A revision of the MCP specification, such as `2026-07-28`. */
  readonly specVersion: string
  /** Logs in at the authorization URL; the suite listens at the redirect URI itself. */
  readonly visit: (authorizationUrl: string) => Promise<void>
}

export type ConformanceResult = {
  readonly exitCode: number
  /** The suite's own words. */
  readonly output: string
  /** By scenario: how many checks passed and failed. A scenario that was skipped has none of either. */
  readonly scenarios: Readonly<Record<string, { readonly passed: number; readonly failed: number }>>
  /** Every check that did not succeed, with the reason. */
  readonly complaints: readonly string[]
}

/** Runs the official suite's `authorization` command: all scenarios, because the second needs the first. */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceResult> {
  const results = await mkdtemp(path.join(tmpdir(), 'vestibule-conformance-'))
  try {
    const { exitCode, output } = await runSuite(options, results)
    return { exitCode, output, scenarios: readSummary(output), complaints: await readComplaints(results) }
  } finally {
    await rm(results, { recursive: true, force: true })
  }
}

async function runSuite(options: ConformanceOptions, results: string) {
  const child = spawn(process.execPath, [
    ...(Number(process.versions.node.split('.')[0]) < 22 ? ['--import', SHIM] : []),
    ...[SUITE, 'authorization', '--url', options.issuer, '--client-id', options.clientId],
    ...['--port', String(options.port), '--output-dir', results, '--spec-version', options.specVersion],
    ...(options.resource ? ['--resource', options.resource] : []),
  ])
  let output = ''
  let visited: Promise<void> | undefined
  const read = (chunk: Buffer) => {
    output += chunk
    const url = new RegExp(`${options.issuer}/\\S+[?&]code_challenge=\\S+(?=\\s)`).exec(output)?.[0]
    if (!url || visited) return
    // A suite without a browser waits for minutes: better that it ends with what it has.
    visited = options.visit(url)
    visited.catch(() => child.kill())
  }
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  const [exitCode] = await once(child, 'close')
  await visited
  return { exitCode: Number(exitCode), output }
}

function readSummary(output: string): ConformanceResult['scenarios'] {
  const summary = output.slice(output.indexOf('=== SUMMARY ==='))
  const lines = summary.matchAll(/^\S+ ([a-z-]+): (\d+) passed, (\d+) failed/gm)
  return Object.fromEntries(
    [...lines].map(([, scenario = '', passed, failed]) => [
      scenario,
      { passed: Number(passed), failed: Number(failed) },
    ]),
  )
}

type Check = { readonly id: string; readonly status: string; readonly errorMessage?: string }

async function readComplaints(results: string): Promise<string[]> {
  const files = await readdir(results, { recursive: true })
  const checks = await Promise.all(
    files
      .filter((file) => path.basename(file) === 'checks.json')
      .map(async (file): Promise<Check[]> => JSON.parse(await readFile(path.join(results, file), 'utf8'))),
  )
  return checks
    .flat()
    .filter(({ status }) => status !== 'SUCCESS' && status !== 'INFO')
    .map(({ id, status, errorMessage }) => `${id}: ${status} ${errorMessage ?? ''}`)
}
