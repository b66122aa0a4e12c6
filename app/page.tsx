import { connection } from 'next/server'
import { Home } from '@/components/home'
import { context } from '@/lib/services'

/** `PUBLIC_URL` itself, for the operator who opens it. */
export default async function HomePage() {
  await connection()
  const { publicUrl, ports } = await context()
  const server = await ports.servers.findByIssuer(publicUrl)
  return <Home view={{ state: 'ready', ...(server && { issuer: server.issuer }) }} />
}
