// The image: `Dockerfile` as it stands, built by buildah without a container engine, on a base made of Debian's packages
// and of npm's Node.js, since no registry of images may be at hand. Its root is then run read-only, as its own user.
// Decision 0160.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { ensureBuilt, fail, run, unpack } from './project.mjs'
import { NODES } from './versions.mjs'

/** As `FROM` of the Dockerfile names it. */
const BASE = 'docker.io/library/node:24-bookworm-slim'
const NPM = 'npm@11'

export function tryImage() {
  if (process.getuid?.() !== 0) fail('Only root can make an image here.')
  const directory = mkdtempSync(path.join(tmpdir(), 'vestibule-image-'))
  // Its storage is gone with it.
  const buildah = (...args) => output('buildah', [...storage(directory), ...args])
  const mounted = []
  process.once('exit', () => {
    for (const container of mounted) spawnSync('buildah', [...storage(directory), 'umount', container])
    rmSync(directory, { recursive: true, force: true })
  })
  const mount = (image) => {
    const container = buildah('from', '--pull-never', image)
    mounted.push(container)
    return [container, buildah('mount', container)]
  }
  makeBase(directory, mount, buildah)
  const npmrc = path.join(homedir(), '.npmrc')
  const readable = existsSync(npmrc) ? ['--volume', `${npmrc}:/root/.npmrc:ro`] : []
  run('buildah', [
    ...storage(directory),
    ...['bud', '--isolation', 'chroot', '--pull-never', '--format', 'docker'],
    ...['--build-arg', 'NODE=24', ...readable, '--tag', 'vestibule', '.'],
  ])
  const [, root] = mount('vestibule')
  const { config } = JSON.parse(buildah('inspect', '--type', 'image', 'vestibule')).Docker
  expectSound(root, config)
  ensureBuilt()
  run(
    'node_modules/.bin/playwright',
    ['test', 'e2e/clients/sandbox.spec.ts', '--grep=a first start', '--project=postgres'],
    { IMAGE: JSON.stringify({ root, command: config.Cmd, environment: config.Env }) },
  )
}

const storage = (directory) => [
  ...['--root', path.join(directory, 'storage'), '--runroot', path.join(directory, 'run')],
  ...['--storage-driver', 'vfs'],
]

/** Debian without recommendations, Node.js and npm, and the user `node`, as in Docker's image of that name. */
function makeBase(directory, mount, buildah) {
  const [container, root] = mount('scratch')
  run('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', root])
  const local = path.join(root, 'usr/local')
  const npmOf = (name) => unpack(name, mkdtempSync(path.join(directory, 'package-')))
  cpSync(path.join(npmOf(`node-linux-${process.arch}@${NODES[24]}`), 'bin/node'), `${local}/bin/node`)
  mkdirSync(`${local}/lib/node_modules`, { recursive: true })
  cpSync(npmOf(NPM), `${local}/lib/node_modules/npm`, { recursive: true })
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', `${local}/bin/npm`)
  // As a container engine gives one: without it nobody is `localhost`.
  cpSync('/etc/hosts', path.join(root, 'etc/hosts'))
  run('chroot', [root, 'useradd', '--create-home', '--uid', '1000', 'node'])
  const { NODE_EXTRA_CA_CERTS: authorities } = process.env
  if (authorities) cpSync(authorities, path.join(root, authorities), { dereference: true })
  const environment = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']
  if (authorities) environment.push(`NODE_EXTRA_CA_CERTS=${authorities}`)
  buildah('config', ...environment.flatMap((variable) => ['--env', variable]), container)
  buildah('commit', container, BASE)
  // Where short names mean nothing else.
  buildah('tag', BASE, BASE.replace('docker.io/library', 'localhost'))
}

function expectSound(root, { User, Healthcheck, StopSignal, Volumes }) {
  if (User !== 'node') fail(`The image runs as ${User}.`)
  if (!Healthcheck?.Test || StopSignal !== 'SIGTERM' || !Volumes?.['/data'])
    fail('The image lacks its health check, signal or volume.')
  const { bomFormat } = JSON.parse(readFileSync(path.join(root, 'app/sbom.cdx.json'), 'utf8'))
  if (bomFormat !== 'CycloneDX') fail('The image lacks its bill of materials.')
  const { devDependencies, version } = JSON.parse(readFileSync('package.json', 'utf8'))
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  // What production needs as well is not only of development.
  const foreign = Object.keys(devDependencies)
    .filter((name) => packages[`node_modules/${name}`]?.dev)
    .filter((name) => existsSync(path.join(root, 'app/node_modules', name)))
  if (foreign.length > 0) fail(`The image has ${foreign.join(', ')}, which only development uses.`)
  const installed = JSON.parse(
    readFileSync(path.join(root, 'app/node_modules/.package-lock.json'), 'utf8'),
  ).packages
  const untested = Object.keys(installed).filter(
    (name) => installed[name].version !== packages[name]?.version,
  )
  if (untested.length > 0) fail(`The image has other versions than were tested of ${untested.join(', ')}.`)
  const said = output('chroot', ['--userspec=1000:1000', root, 'vestibule', '--version'])
  if (said !== version) fail(`The command line of the image says ${said}.`)
  for (const [what, place] of [
    ['the image', root],
    ['/app in it', path.join(root, 'app')],
  ])
    console.log(`${what}: ${output('du', ['-smx', place]).split('\t')[0]} MB`)
}

/** Runs a command to its end, and returns what it says. */
function output(command, args) {
  const { stdout, stderr, status, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) fail(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`)
  return stdout.trim()
}
