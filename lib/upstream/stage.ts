import { UpstreamError, type UpstreamStage } from '@/lib/oauth/ports/upstream'

/**
 * Runs one stage of completing a login.
 *
 * @throws UpstreamError with this stage, unless it has one
 */
export async function inStage<T>(stage: UpstreamStage, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.stage) throw error
    const { reason, detail, interaction, codes, cause } = error
    throw new UpstreamError(reason, detail, { interaction, stage, codes, cause })
  }
}
