import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'

/** What `npm run matrix -- image` has built. */
type Image = {
  /** Where its root is mounted. */
  readonly root: string
  readonly command: readonly string[]
  readonly environment: readonly string[]
}

export const IMAGE: Image | undefined = process.env.IMAGE ? JSON.parse(process.env.IMAGE) : undefined

/** Of `node` in it. */
export const IMAGE_USER = { uid: 1000, gid: 1000 }

/** What a container engine would do. The shell becomes the program, so that signals reach it. */
const RUN = `
  set -e
  root=$1 data=$2
  shift 2
  mount --bind "$root" "$root"
  mount -o remount,bind,ro "$root"
  mount --rbind /dev "$root/dev"
  mount --rbind /proc "$root/proc"
  mount -t tmpfs tmpfs "$root/tmp"
  mount --bind "$data" "$root/data"
  cd "$root/app"
  exec chroot --userspec=${IMAGE_USER.uid}:${IMAGE_USER.gid} "$root" env --chdir=/app "$@"`

/**
 * Runs the image's program as its own user, on a read-only root with a writable volume at `/data` and memory at `/tmp`.
 *
 * @param environment its `DATA_DIR` is the volume
 */
export function spawnImage(
  { root, command, environment: own }: Image,
  environment: Readonly<Record<string, string>>,
): ChildProcessWithoutNullStreams {
  const { DATA_DIR: data = '', PATH: _, HOME: __, TMPDIR: ___, NODE_ENV: ____, ...given } = environment
  const variables = Object.entries(given).map(([name, value]) => `${name}=${value}`)
  const args = [root, data, '--ignore-environment', ...own, ...variables, ...command]
  return spawn('unshare', ['--mount', 'sh', '-c', RUN, 'sh', ...args])
}
