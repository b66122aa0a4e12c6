import { language } from '@/app/console/console-page'
import { InvalidInput } from '@/lib/configuration/mistakes'
import { translator } from '@/lib/messages/catalogue'
import { messages } from '@/lib/messages/setup-links'

/** Runs a form's action within the rate limit; beyond it, an error is shown beside the client ID. */
export async function withinLimits<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error && 'status' in error && error.status === 429)) throw error
    const t = translator(messages, await language())
    throw new InvalidInput([{ path: ['client_id'], message: t('tooMany') }])
  }
}
