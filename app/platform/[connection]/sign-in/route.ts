import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { context, platform } from '@/lib/services/services'
import { answerSignIn } from '../../answer-sign-in'

/** Takes address and password, and leads to our own callback, as an identity provider would. */
export const POST = sessionEndpoint(context, async (request, { publicUrl }) =>
  answerSignIn(request, publicUrl, await platform()),
)
