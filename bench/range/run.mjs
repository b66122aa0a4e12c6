// `npm run bench -- range`: the attack range against Vestibule and its peers; writes the table of docs/range.md.
// With a name, such as `better-auth`, it prints what is found there, and writes nothing.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { freePort } from './free-port.mjs'

const PEERS = {
  vestibule: { name: 'Vestibule', manifest: 'package.json' },
  'oidc-provider': { name: 'oidc-provider', manifest: 'bench/node_modules/oidc-provider/package.json' },
  'better-auth': {
    name: 'better-auth, OAuth provider',
    manifest: 'bench/node_modules/@better-auth/oauth-provider/package.json',
  },
  'mcp-sdk': {
    name: 'MCP SDK, demo server',
    manifest: 'bench/node_modules/@modelcontextprotocol/sdk/package.json',
  },
  fastmcp: { name: 'FastMCP, OAuth proxy', manifest: 'node_modules/fastmcp/package.json' },
  // The same server with its limits, in which three attacks end undecided: by its name alone.
  'mcp-sdk-example': {
    name: 'MCP SDK, example',
    manifest: 'bench/node_modules/@modelcontextprotocol/sdk/package.json',
    isApart: true,
  },
}
const DOCUMENT = 'docs/range.md'
const [BEGIN, END] = ['<!-- table:begin -->', '<!-- table:end -->']
const WORDS = { finding: '**found**', passed: 'passed', skipped: '–', undecided: '?' }

/** @returns the report of the range, in its own words */
async function attacked(peer) {
  const { start } = await import(`./${peer}.mjs`)
  const { issuer, args, close } = await start(await freePort())
  try {
    const child = spawn(process.execPath, ['packages/range/dist/main.js', issuer, ...args, '--json'])
    child.stderr.pipe(process.stderr)
    let printed = ''
    child.stdout.on('data', (chunk) => {
      printed += chunk
    })
    await once(child, 'close')
    return JSON.parse(printed)
  } finally {
    await close()
  }
}

/** Those who found nothing to be undecided, beside one another; then what was seen. */
function table(reports) {
  const names = reports.map(({ peer }) => peer.name)
  const rows = reports[0].results.map(({ id, severity }, at) => {
    const cells = reports.map(({ results }) => WORDS[results[at].outcome])
    return `| \`${id}\` | ${severity} | ${cells.join(' | ')} |`
  })
  const seen = reports.flatMap(({ peer, results }) =>
    results
      .filter(({ outcome }) => outcome === 'finding' || outcome === 'undecided')
      .map(({ id, outcome, detail }) => `| ${peer.name} | \`${id}\` | ${outcome} | ${detail} |`),
  )
  const versions = reports.map(({ peer }) => `${peer.name} ${versionOf(peer)}`).join(', ')
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${versions}.`,
    '',
    `| attack | severity | ${names.join(' | ')} |`,
    `|---|---|${names.map(() => '---|').join('')}`,
    ...rows,
    '',
    '## What was seen',
    '',
    '| server | attack | outcome | seen |',
    '|---|---|---|---|',
    ...seen,
  ].join('\n')
}

const versionOf = ({ manifest }) => JSON.parse(readFileSync(manifest, 'utf8')).version

const [only] = process.argv.slice(2)
const reports = []
for (const [name, peer] of Object.entries(PEERS))
  if (only === undefined ? !peer.isApart : only === name) reports.push({ peer, ...(await attacked(name)) })
const text = table(reports)
if (only === undefined) {
  const [before] = readFileSync(DOCUMENT, 'utf8').split(BEGIN)
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n\n${text}\n\n${END}\n`)
} else console.log(text)
// A peer may keep timers of its own.
process.exit(0)
