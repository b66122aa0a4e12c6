import { StoreUnavailable } from '@/lib/oauth/ports/ports'

/**
 * A session as better-auth reads it.
 *
 * @throws StoreUnavailable for what better-auth calls an error of its own: nothing but the store keeps it from reading one
 */
export async function readSession<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 500)
      throw new StoreUnavailable('postgres', { cause: error })
    throw error
  }
}
