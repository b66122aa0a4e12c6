/** The endpoints that are mounted in front of Next's router: every route handler but those of pages and of the API. */
import { type Endpoint, endpointFinder, type Handlers } from '@/lib/http/node/mount'
import * as unknownDocument from './.well-known/[...path]/route'
import * as serverMetadata from './.well-known/oauth-authorization-server/[[...issuer]]/route'
import * as resourceMetadata from './.well-known/oauth-protected-resource/[[...resource]]/route'
import * as openIdMetadata from './.well-known/openid-configuration/[[...issuer]]/route'
import * as liveness from './healthz/route'
import * as authorize from './oauth/authorize/route'
import * as backChannelLogout from './oauth/backchannel-logout/[connection]/route'
import * as callback from './oauth/callback/[connection]/route'
import * as connectionKeys from './oauth/connections/[connection]/jwks/route'
import * as samlMetadata from './oauth/connections/[connection]/saml-metadata/route'
import * as applicationLogo from './oauth/consent/application-logo/route'
import * as logo from './oauth/consent/brand/[server]/logo/route'
import * as style from './oauth/consent/brand/[server]/style.css/route'
import * as decision from './oauth/consent/decision/route'
import * as consentPage from './oauth/consent/in-front'
import * as consent from './oauth/consent/open/route'
import * as deviceCode from './oauth/device/code/route'
import * as device from './oauth/device/open/route'
import * as deviceAuthorization from './oauth/device_authorization/route'
import * as introspect from './oauth/introspect/route'
import * as jwks from './oauth/jwks/route'
import * as par from './oauth/par/route'
import * as registration from './oauth/register/[clientId]/route'
import * as register from './oauth/register/route'
import * as revocations from './oauth/revocations/route'
import * as revoke from './oauth/revoke/route'
import * as token from './oauth/token/route'
import * as userinfo from './oauth/userinfo/route'
import * as readiness from './readyz/route'
import * as scim from './scim/v2/[...path]/route'
import * as signals from './signals/[connection]/route'

/** Under an issuer; path issuers have them below `/s/[slug]`. */
const OF_ISSUERS: readonly Endpoint[] = [
  ['/oauth/token', token],
  ['/oauth/introspect', introspect],
  ['/oauth/revoke', revoke],
  ['/oauth/userinfo', userinfo],
  ['/oauth/jwks', jwks],
  ['/oauth/revocations', revocations],
  ['/oauth/authorize', authorize],
  ['/oauth/par', par],
  ['/oauth/device_authorization', deviceAuthorization],
  ['/oauth/register', register],
  ['/oauth/register/[clientId]', registration],
]

const below = (prefix: string, endpoints: readonly Endpoint[]): readonly Endpoint[] =>
  endpoints.map(([path, handlers]): readonly [string, Handlers] => [prefix + path, handlers])

/** The first that matches counts. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...OF_ISSUERS,
  ...below('/s/[slug]', OF_ISSUERS),
  ['/token', token],
  ['/authorize', authorize],
  ['/register', register],
  ['/.well-known/oauth-authorization-server/[[...issuer]]', serverMetadata],
  ['/.well-known/openid-configuration/[[...issuer]]', openIdMetadata],
  ['/.well-known/oauth-protected-resource/[[...resource]]', resourceMetadata],
  ['/.well-known/[...path]', unknownDocument],
  ['/s/[slug]/.well-known/oauth-authorization-server', serverMetadata],
  ['/s/[slug]/.well-known/openid-configuration', openIdMetadata],
  ['/s/[slug]/.well-known/[...path]', unknownDocument],
  ['/oauth/callback/[connection]', callback],
  ['/oauth/connections/[connection]/jwks', connectionKeys],
  ['/oauth/connections/[connection]/saml-metadata', samlMetadata],
  ['/oauth/backchannel-logout/[connection]', backChannelLogout],
  ['/oauth/consent/open', consent],
  ['/oauth/consent/decision', decision],
  ['/oauth/consent/application-logo', applicationLogo],
  ['/oauth/consent/brand/[server]/logo', logo],
  ['/oauth/consent/brand/[server]/style.css', style],
  ['/oauth/device/open', device],
  ['/oauth/device/code', deviceCode],
  ['/scim/v2/[...path]', scim],
  ['/signals/[connection]', signals],
  ['/healthz', liveness],
  ['/readyz', readiness],
]

/** Pages of Next that are also served in front of it: no login goes by without them. */
export const PAGES: readonly Endpoint[] = [['/oauth/consent', consentPage]]

/** Route handlers that Next serves. They check by themselves who sends them a form. */
const BEHIND_NEXT =
  /^\/(api\/|account\/(disconnect|link|open)$|platform\/[^/]+\/sign-in$|setup\/connection\/[^/]+\/test$|console\/(sign-in\/(callback|with)\/|[^/]+\/(audit\/export|access\/users\/[^/]+\/data|logins\/tail|servers\/[^/]+\/next-steps\/progress|connections\/[^/]+\/test)$))/

const findEndpoint = endpointFinder(ENDPOINTS)

/** Whether Next renders something at this path, if only that there is nothing. */
export const isPage = (path: string): boolean => !findEndpoint(path) && !BEHIND_NEXT.test(path)
