import { pageLanguage } from '@/app/page-language'
import { DeviceEnding } from '@/components/device-ending'
import { pageContext } from '@/lib/http/page-context'
import { context } from '@/lib/services/services'

type Props = { readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>> }

/** The last page of a device's login. It changes nothing, so links to it are harmless. */
export default async function DeviceDonePage({ searchParams }: Props) {
  await pageContext(context)
  const { error } = await searchParams
  const language = await pageLanguage()
  if (error === undefined) return <DeviceEnding ending="connected" language={language} />
  const ending = error === 'temporarily_unavailable' ? 'unavailable' : 'not-connected'
  return <DeviceEnding ending={ending} language={language} />
}
