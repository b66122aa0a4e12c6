// `npm pack` begins with this: it puts together in dist/package what the package runs on. With --done, it cleans up.
// Decision 0089.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { ensureBuilt, ensureInstalled, enterProject, REQUIRE, root, run } from './project.mjs'

const TARGET = 'dist/package'
const LOCK = 'npm-shrinkwrap.json'

/** What a trace of Next finds and a build of ours never reads: compilers, development, pictures, fonts. */
const UNUSED = new RegExp(
  [
    'node_modules/(sharp|@img|detect-libc)/',
    'node_modules/next/dist/(bundle-analyzer|docs|esm|next-devtools|server/capsize-font-metrics|build/(swc|webpack)/)',
    'node_modules/next/dist/compiled/(@babel|@vercel/(nft|og)|babel|next-devtools|terser|webpack)',
    'experimental',
    '\\.(dev|d)\\.[jt]s$',
    '\\.map$',
  ].join('|'),
)

enterProject()
rmSync(LOCK, { force: true })
rmSync(TARGET, { recursive: true, force: true })
if (!process.argv.includes('--done')) {
  ensureInstalled()
  ensureBuilt()
  copyPrograms()
  copyPages()
  await copyNext()
  writeLock()
}

function copyPrograms() {
  for (const name of ['server.js', 'chunks', 'cli.js', 'cli'])
    copy(`dist/${name}`, (file) => !file.endsWith('.map'))
  copy('public')
  copy('lib/http/logos/decoder.mjs')
  copy('drizzle/migrations', (file) => !file.endsWith('_snapshot.json'))
  // With the packages that it is made of, which nothing else needs at run time.
  run('node_modules/.bin/esbuild', [
    'sandbox/main.ts',
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--target=node20',
    REQUIRE,
    `--outfile=${TARGET}/dist/sandbox.js`,
    '--log-level=warning',
  ])
}

/** The build without its cache, maps and traces. Its links to packages cannot be packed: their names are put back, and the directory of the build is forgotten. */
function copyPages() {
  const names = aliases('.next/node_modules')
  const isWanted = (file) =>
    !/^\.next\/(cache|diagnostics|types|node_modules|trace|\.sources)/.test(file) &&
    !/\.(map|nft\.json)$/.test(file)
  copy('.next', isWanted)
  const real = new Map([...names, [root, '.']])
  const pattern = new RegExp([...real.keys()].join('|'), 'g')
  for (const file of readdirSync(`${TARGET}/.next`, { recursive: true, encoding: 'utf8' })) {
    if (!/\.js(on)?$/.test(file)) continue
    const full = path.join(TARGET, '.next', file)
    const text = readFileSync(full, 'utf8')
    const named = text.replace(pattern, (found) => real.get(found))
    if (named !== text) writeFileSync(full, named)
  }
}

/** `[['@upstash/redis-0a1b…', '@upstash/redis'], …]` */
function aliases(folder, scope = '') {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name)
    if (!entry.isSymbolicLink()) return aliases(file, `${entry.name}/`)
    return [[scope + entry.name, readlinkSync(file).replace(/^.*node_modules\//, '')]]
  })
}

/** Next is 300 MB with its compilers; what serves a build is 20 MB: of Next, React, and what only they need. */
async function copyNext() {
  const require = createRequire(import.meta.url)
  const { nodeFileTrace } = require('next/dist/compiled/@vercel/nft')
  const programs = ['dist/server.js', ...readdirSync('dist/chunks').map((name) => `dist/chunks/${name}`)]
  const imports = programs.flatMap((file) => [
    ...readFileSync(file, 'utf8').matchAll(/ from "((?:next|react)[^"]*)"/g),
  ])
  const entries = new Set(imports.map(([, name]) => require.resolve(name)))
  const { fileList } = await nodeFileTrace([...entries], {
    ignore: (file) => UNUSED.test(file),
  })
  const traces = readdirSync('.next', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.nft.json') && !file.startsWith('cache'))
    .flatMap((file) => {
      const trace = path.join('.next', file)
      const { files } = JSON.parse(readFileSync(trace, 'utf8'))
      return files.map((found) => path.join(path.dirname(trace), found))
    })
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  const isNotInstalled = (file) => packages[/^node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0]]?.dev
  for (const file of new Set([...fileList, ...traces]))
    if (isNotInstalled(file) && !UNUSED.test(file)) copy(file)
  for (const file of readdirSync(`${TARGET}/node_modules`, { recursive: true, encoding: 'utf8' })) {
    const folder = path.dirname(path.join('node_modules', file))
    if (path.basename(file) !== 'package.json' || !packages[folder]) continue
    for (const name of readdirSync(folder)) if (/^licen[cs]e/i.test(name)) copy(path.join(folder, name))
  }
}

/** Those who install the package get the versions that were tested. */
function writeLock() {
  const { packages, ...lock } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  const { devDependencies: _, ...self } = packages['']
  const needed = Object.entries(packages).filter(([, { dev, link }]) => !dev && !link)
  writeFileSync(
    LOCK,
    `${JSON.stringify({ ...lock, packages: { ...Object.fromEntries(needed), '': self } }, null, 2)}\n`,
  )
}

function copy(file, filter) {
  const to = path.join(TARGET, file)
  if (!existsSync(file)) return
  mkdirSync(path.dirname(to), { recursive: true })
  cpSync(file, to, { recursive: true, dereference: true, ...(filter && { filter: (from) => filter(from) }) })
}
