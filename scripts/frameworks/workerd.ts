import { cp, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { build } from 'esbuild'
import { root } from '@/packages/mcp/test/installed-package'
import { listening, type Place, type Started } from './started'

/** The program itself: the command of the package would leave it running. */
const workerd = (): string =>
  createRequire(path.join(root, 'scripts/frameworks/package.json'))('workerd').default

/** The example of a Worker in Cloudflare's runtime, bundled as their tool does it, with the package that was installed. */
export async function startWorker(place: Place): Promise<Started> {
  const { folder } = place.project
  const examples = path.join(folder, 'examples')
  await cp(path.join(root, 'packages/mcp/examples'), examples, { recursive: true })
  await build({
    entryPoints: [path.join(examples, 'cloudflare-worker.ts')],
    outfile: path.join(folder, 'worker.mjs'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    tsconfigRaw: '{}',
    logLevel: 'warning',
  })
  await writeFile(path.join(folder, 'config.capnp'), configOf(place))
  return listening(workerd(), ['serve', 'config.capnp'], place)
}

const configOf = ({ port, env }: Place) => `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "localhost:${port}", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.mjs")],
  bindings = [${Object.entries(env).map(([name, value]) => `(name = "${name}", text = "${value}")`)}],
  compatibilityDate = "2026-11-01",
);
`
