import type { Metadata } from 'next'
import { DeviceEnding } from '@/components/device-ending'
import { pageContext } from '@/lib/http/page-context'
import { context } from '@/lib/services'

export const metadata: Metadata = { title: 'Return to your device' }

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> }

/** Where the browser leg ends when a device waits for the answer. Anybody may link here: it tells and does nothing. */
export default async function DeviceDonePage({ searchParams }: Props) {
  await pageContext(context)
  const { error } = await searchParams
  if (error === undefined) return <DeviceEnding ending="connected" />
  return <DeviceEnding ending={error === 'temporarily_unavailable' ? 'unavailable' : 'not-connected'} />
}
