import type { Ports } from '@/lib/oauth/ports/ports'

/**
 * Waits for work that must not fail what it comes after, such as a line on a timeline: a failure is logged, and nothing
 * else comes of it.
 */
export async function bestEffort(
  name: string,
  work: Promise<unknown>,
  { background }: Pick<Ports, 'background'>,
): Promise<void> {
  background(name, work)
  await work.catch(() => {})
}
