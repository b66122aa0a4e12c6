import { invalid } from '@/lib/configuration/mistakes'

/** Runs a form's action within the rate limit; beyond it, an error is shown beside the client ID. */
export async function withinLimits<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error && 'status' in error && error.status === 429)) throw error
    throw invalid('client_id', 'too_much_at_once')
  }
}
