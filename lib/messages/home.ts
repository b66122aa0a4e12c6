import { catalogue } from './catalogue'

/** The page at `PUBLIC_URL` itself. */
export const messages = catalogue(
  {
    tab: 'Home',
    running: 'is running',
    lead: 'This is an OAuth 2.1 authorization server between MCP clients and your company’s identity provider. There is nothing to sign in to on this page.',
    console: 'Open the console',
    state: 'Status',
    ready: 'Ready: sign-ins work',
    issuer: 'Issuer',
    noIssuer: 'Each server has its own; none is the default',
    programs: 'For programs',
    discovery: 'Discovery document',
    keys: 'Public signing keys',
    readiness: 'Readiness',
    footer: 'If an application sent you here, go back to it and start again.',
  },
  {
    tab: 'Start',
    running: 'läuft',
    lead: 'Dies ist ein OAuth-2.1-Autorisierungsserver zwischen MCP-Clients und dem Identitätsanbieter Ihrer Firma. Auf dieser Seite gibt es nichts, wo Sie sich anmelden müssten.',
    console: 'Konsole öffnen',
    state: 'Status',
    ready: 'Bereit: Anmeldungen funktionieren',
    issuer: 'Issuer',
    noIssuer: 'Jeder Server hat seinen eigenen; keiner ist der Standard',
    programs: 'Für Programme',
    discovery: 'Discovery-Dokument',
    keys: 'Öffentliche Signaturschlüssel',
    readiness: 'Bereitschaft',
    footer: 'Hat eine Anwendung Sie hierher geschickt, gehen Sie zu ihr zurück, und beginnen Sie von vorn.',
  },
)
