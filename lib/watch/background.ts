/** What is done besides answering requests: clean-up, the audit chain, webhooks, mails and alerts. */
import type { Config } from '@/lib/config'
import type { Log } from '@/lib/log'
import type { Installation } from '@/lib/services/installation'
import { retention, startCleanUp } from '@/lib/store/retention/runner'
import { webhookWork } from '@/lib/webhooks/work'
import { startWorker, type Work, workOnce } from '@/lib/webhooks/worker'
import { mailWork } from './send-mails'
import { WATCH_INTERVAL, watchWork } from './watch'

type Worker = { readonly name: string; readonly work: Work; readonly interval?: number }

function workersOf(config: Config, installation: Installation, log: Log): readonly Worker[] {
  const background = { ...installation, db: installation.managementDb }
  return [
    { name: 'webhooks', work: webhookWork(config, background, log) },
    // Before the mails: alerts are some.
    { name: 'alerts', work: watchWork(config, background, log), interval: WATCH_INTERVAL },
    ...(config.mail ? [{ name: 'mail', work: mailWork(config.mail, background, log) }] : []),
  ]
}

/**
 * Works for as long as the process lives.
 *
 * @returns what stops each part
 */
export function startBackground(
  config: Config,
  installation: Installation,
  log: Log,
): readonly (() => Promise<void>)[] {
  const clean = retention(installation.managementDb)
  return [
    startCleanUp(clean, installation.db.clock.now, log),
    ...workersOf(config, installation, log).map(({ name, work, interval }) =>
      startWorker(work, log, interval, name),
    ),
  ]
}

/**
 * Does what is due now, beside other processes, and ends: where no process lives long enough, this is called every few
 * minutes. Decision 0123.
 *
 * @param signal ends it early; the next time goes on from there
 * @returns the names of the parts that failed, which the log tells more about
 */
export async function backgroundRound(
  config: Config,
  installation: Installation,
  log: Log,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const failed: string[] = []
  // What others wait for comes first, and clean-up has the rest of the time.
  for (const { name, work } of workersOf(config, installation, log))
    if (!(await workOnce(work, log, name, signal))) failed.push(name)
  const clean: Work = {
    prepare: async () =>
      void (await retention(installation.managementDb)(installation.db.clock.now(), { signal })),
    next: async () => null,
  }
  if (!(await workOnce(clean, log, 'clean-up', signal))) failed.push('clean-up')
  return failed
}
