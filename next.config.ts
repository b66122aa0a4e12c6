import type { NextConfig } from 'next'
import { SECURITY_HEADERS } from './lib/http/node/security-headers'

/** Development has a page more, which shows every part of the design system. */
const isDevelopment = process.env.NODE_ENV === 'development'

const config: NextConfig = {
  pageExtensions: ['ts', 'tsx', ...(isDevelopment ? ['dev.tsx'] : [])],
  poweredByHeader: false,
  // No page has a picture that Next scales. Its endpoint for that would have anybody scale pictures, ask for pages past
  // all that is in front of them, and fill the disk with what comes of it.
  images: { unoptimized: true },
  // No endpoint of the protocol may answer with a redirect to another spelling of itself.
  skipTrailingSlashRedirect: true,
  serverExternalPackages: [
    'postgres',
    'ioredis',
    '@upstash/redis',
    'pino',
    'openid-client',
    'jose',
    'better-auth',
  ],
  experimental: {
    // A hundred pages would be loaded at the start, and an instance serves few of them, if any.
    preloadEntriesOnStart: false,
  },
  // `npm run lint` checks types; a start should not.
  typescript: { ignoreBuildErrors: true },
  // Development mode would print whole URLs, and with them codes and states.
  logging: { incomingRequests: false },
  turbopack: { root: import.meta.dirname },
  headers: async () => [
    {
      source: '/:path*',
      headers: Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value })),
    },
    {
      // Not no-referrer: then the form's Origin would be null, and the decision could not be checked.
      source: '/oauth/consent',
      headers: [{ key: 'referrer-policy', value: 'same-origin' }],
    },
    {
      source: '/oauth/device',
      headers: [{ key: 'referrer-policy', value: 'same-origin' }],
    },
    {
      // The link itself is a secret.
      source: '/setup/:path*',
      headers: [{ key: 'referrer-policy', value: 'same-origin' }],
    },
  ],
}

export default config
