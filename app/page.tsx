import { Home } from '@/components/home'
import { pageContext } from '@/lib/http/page-context'
import { context } from '@/lib/services/services'
import { pageLanguage } from './page-language'

/** `PUBLIC_URL` itself, for the operator who opens it. */
export default async function HomePage() {
  const { publicUrl, ports } = await pageContext(context)
  const server = await ports.servers.findByIssuer(publicUrl)
  return <Home language={await pageLanguage()} {...(server && { issuer: server.issuer })} />
}
