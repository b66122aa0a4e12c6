import { readForm } from '@/lib/http/body'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { providerEndpoint } from '@/lib/http/provider/provider-endpoint'
import { backChannelLogout } from '@/lib/oauth/logout/backchannel-logout'
import { context } from '@/lib/services/services'

/** Where the identity provider of a connection says whom it has signed out (OpenID Connect Back-Channel Logout 1.0 §2.5). */
export const POST = providerEndpoint(context, async ({ connectionId, request, ports }) =>
  (await backChannelLogout(connectionId, await readForm(request), ports)) ? 200 : null,
)

export const { DELETE, GET, PATCH, PUT } = refuseMethodsBut('POST')
