import { mkdir, open } from 'node:fs/promises'
import path from 'node:path'
import { untrustedNames } from '@/lib/http/fetch/host-names'
import type { SafeFetchPolicy } from '@/lib/http/fetch/safe-request'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import { type Answered, type Send, webhookSender } from './send'
import { sendSyslog, syslogFrame } from './syslog'

/** On the machine of the installation: for who runs it. */
export const isLocal = (url: string): boolean =>
  /^(stdout:\/\/audit|file\+jsonl:\/\/[a-z0-9-]{1,64})$/.test(url)

/** An address that entries are sent to by other means than HTTP. */
export const isStream = (url: string): boolean =>
  isLocal(url) ||
  (/^syslog\+tls:\/\/[a-z0-9.:[\]-]+$/i.test(url) && parseUrl(`https${url.slice(10)}`) !== undefined)

/** Sends an entry as its address wants it: by HTTP, by syslog, or as a line. Decision 0099. */
export function streamSender(policy: {
  readonly allowLoopback: boolean
  readonly publicUrl: string
  readonly dataDir: string
  readonly proxy?: SafeFetchPolicy['proxy']
}): Send {
  const post = webhookSender(policy)
  const names = { allowLoopback: policy.allowLoopback, resolve: untrustedNames() }
  return async (url, message, secrets, extra) => {
    const { protocol, host } = new URL(url)
    if (protocol === 'stdout:') return line(() => written(process.stdout, message.body))
    if (protocol === 'file+jsonl:')
      return line(() => append(path.join(policy.dataDir, 'audit'), host, message.body))
    if (protocol !== 'syslog+tls:') return post(url, message, secrets, extra)
    const { at = message.at.toISOString(), action = '' } = extra ?? {}
    const frame = syslogFrame(new URL(policy.publicUrl).hostname, { at, action, body: message.body })
    return sendSyslog(url, frame, names)
  }
}

async function line(write: () => Promise<void>): Promise<Answered> {
  try {
    await write()
    return { status: 200 }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
    return { problem: `it cannot be written (${code})` }
  }
}

const written = (stream: NodeJS.WriteStream, body: string) =>
  new Promise<void>((resolve, reject) =>
    stream.write(`${body}\n`, (error) => (error ? reject(error) : resolve())),
  )

/** Opened for each line, so that whoever rotates the file need not tell us; on the disk before it counts as delivered. */
async function append(folder: string, name: string, body: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = await open(path.join(folder, `${name}.jsonl`), 'a', 0o600)
  try {
    await file.appendFile(`${body}\n`)
    await file.datasync()
  } finally {
    await file.close()
  }
}
