import { onTestFinished } from 'vitest'
import { mails } from '@/drizzle/schema/mails'
import type { Log } from '@/lib/log'
import { mailer } from '@/lib/mail/mailer'
import type { PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { mailWork } from '../send-mails'
import { startMailServer } from './mail-server'

export const PUBLIC_URL = 'https://auth.example.com'

/** Mail from a store under test to a real SMTP server. */
export function mailSetUp(store: () => PostgresUnderTest) {
  const lines: string[] = []
  const write = (event: string, fields: object = {}) => void lines.push(JSON.stringify([event, fields]))
  const log: Log = { info: write, warn: write, error: write }

  /** @param refuse recipients that the server does not know */
  async function server(refuse: readonly string[] = []) {
    const started = await startMailServer(refuse)
    onTestFinished(() => started.close())
    const from = { from: 'login@acme.example', name: 'Acme Login' }
    const settings = { ...from, url: started.url, requireTls: false, language: 'en' } as const
    const work = mailWork(settings, store(), log)
    const { signal } = new AbortController()
    /** Sends all that is due. */
    const sendAll = async () => {
      for (let turn = await work.next(); turn; turn = await work.next()) await turn(signal)
    }
    return { ...started, sendAll }
  }

  return {
    lines,
    server,
    sender: () => mailer({ publicUrl: PUBLIC_URL, language: 'en' }, store(), log),
    rows: () => store().db.select().from(mails),
    /** What the test before has left. */
    async forget() {
      lines.length = 0
      await store().db.delete(mails)
    },
  }
}
