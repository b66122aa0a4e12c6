import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { errors, Provider } from 'oidc-provider'
import { errorPage, loginPage, type Page } from './login-page'
import type { SandboxUser } from './users'

/** Where the provider sends a browser that has to log in; an interaction's id follows. */
export const LOGIN_PATH = '/login/'

/**
 * Shows the login form and takes it back. The provider ties each form to the browser it was shown in with a
 * cookie, so a form posted from another browser or after its time finds no interaction.
 */
export function loginForm(provider: Provider, users: readonly SandboxUser[]): RequestListener {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { params, prompt } = await provider.interactionDetails(request, response)

    // The client belongs to the same company as the users, so there is no consent page.
    if (prompt.name === 'consent') return provider.interactionFinished(request, response, { consent: {} })

    const client = await provider.Client.find(String(params.client_id))
    const view = {
      clientName: client?.clientName ?? String(params.client_id),
      testUsers: users,
    }
    if (request.method !== 'POST') {
      return send(response, 200, loginPage({ ...view, username: String(params.login_hint ?? '') }))
    }

    const form = new URLSearchParams(await text(request))
    const username = (form.get('username') ?? '').trim()
    const user = users.find((user) => user.username === username && user.password === form.get('password'))
    if (!user) {
      const error = 'Wrong username or password.'
      return send(response, 422, loginPage({ ...view, username, error }))
    }
    return provider.interactionFinished(request, response, { login: { accountId: user.username } })
  }

  return (request, response) => {
    answer(request, response).catch((error: errors.OIDCProviderError) => {
      if (error.name === 'SessionNotFound') {
        return send(response, 400, errorPage('This login has expired, or was started in another browser.'))
      }
      console.error('Login failed:', error)
      send(response, 500, errorPage('Something went wrong here.'))
    })
  }
}

function send(response: ServerResponse, status: number, page: Page): void {
  response.writeHead(status, page.headers).end(page.html)
}
