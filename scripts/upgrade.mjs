// A rolling update from the release before: both are built from the history, and clients log in, refresh, introspect and
// exchange tokens through a load balancer in front of both, on one database and one Redis.
import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { ensureBuilt, fail, run } from './project.mjs'

/** @param commit the version to come from; otherwise that of the last release */
export function tryUpgrade([commit = lastRelease()]) {
  const directory = path.join(mkdtempSync(path.join(tmpdir(), 'vestibule-upgrade-')), 'previous')
  run('git', ['worktree', 'add', '--detach', '--quiet', directory, commit])
  process.once('exit', () => void spawnSync('git', ['worktree', 'remove', '--force', directory]))
  run('npm', ['ci', '--prefix', directory, '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'])
  run(process.execPath, [path.join(directory, 'scripts/build.mjs')])
  ensureBuilt()
  run(process.execPath, ['bench/chaos/run.mjs', 'upgrade', directory])
}

function lastRelease() {
  const log = ['log', '-1', '--format=%H', '--grep=^chore: release', 'HEAD~1']
  const found = spawnSync('git', log, { encoding: 'utf8' }).stdout.trim()
  return found || fail('There is no release in the history: name a commit.')
}
