import { createHash } from 'node:crypto'

/** A page together with the headers it must be sent with. */
export type Page = { readonly html: string; readonly headers: Readonly<Record<string, string>> }

export type LoginPageView = {
  /** Who sent the user here: the client's name, or its id. */
  readonly clientName: string
  readonly username: string
  readonly error?: string
  /** Named under the form, so that they need not be looked up. */
  readonly testUsers: readonly { readonly username: string; readonly password: string }[]
}

/** The login form. It works without scripts and loads nothing. */
export function loginPage({ clientName, username, error, testUsers }: LoginPageView): Page {
  const invalid = error ? ' aria-invalid="true" aria-describedby="error"' : ''
  // On a second visit, or with the name filled in, the password has the focus.
  const [focusUsername, focusPassword] = username ? ['', ' autofocus'] : [' autofocus', '']
  return page(
    'Sign in',
    `<h1>Sign in</h1>
    <p>to continue to <strong>${escapeHtml(clientName)}</strong></p>
    ${error ? `<p class="error" id="error" role="alert">${escapeHtml(error)}</p>` : ''}
    <form method="post">
      <label for="username">Username</label>
      <input id="username" name="username" value="${escapeHtml(username)}" required autocomplete="username"
        autocapitalize="none" spellcheck="false"${invalid}${focusUsername}>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" required autocomplete="current-password"${invalid}${focusPassword}>
      <button>Sign in</button>
    </form>
    <div class="hint">
      Test users
      <ul>
        ${testUsers.map(testUser).join('\n        ')}
      </ul>
    </div>`,
  )
}

function testUser({ username, password }: LoginPageView['testUsers'][number]): string {
  return `<li><code>${escapeHtml(username)}</code>, password <code>${escapeHtml(password)}</code></li>`
}

/** What the user sees when the identity provider cannot go on and there is nowhere to send the browser. */
export function errorPage(message: string): Page {
  return page(
    'Login not possible',
    `<h1>Login not possible</h1>
    <p role="alert">${escapeHtml(message)}</p>
    <p class="hint">Go back to the application and start again.</p>`,
  )
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c1b22; --quiet: #5b5966; --page: #f3f2f7; --card: #fff;
  --line: #8b8896; --accent: #4b3fae; --on-accent: #fff; --error: #a3172d; --error-ground: #fdecef }
@media (prefers-color-scheme: dark) { :root { --ink: #edecf2; --quiet: #b0adbd; --page: #131217; --card: #1e1c25;
  --line: #7c798a; --accent: #b3a9ff; --on-accent: #17132f; --error: #ffb3bf; --error-ground: #3d1720 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem 1rem;
  background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 24rem; padding: 2rem 1.5rem; background: var(--card); border-radius: .75rem;
  box-shadow: 0 1px 2px #0002, 0 8px 24px #0001; overflow-wrap: anywhere }
.brand { margin: 0 0 1.5rem; color: var(--quiet); font-size: .875rem; font-weight: 600 }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25 }
p { margin: .25rem 0 0 }
.error { margin-top: 1rem; padding: .625rem .75rem; border-radius: .375rem; color: var(--error);
  background: var(--error-ground) }
label { display: block; margin: 1.25rem 0 .375rem; font-weight: 600 }
input { width: 100%; padding: .625rem .75rem; font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--line); border-radius: .375rem }
input[aria-invalid] { border-color: var(--error) }
button { width: 100%; margin-top: 1.75rem; padding: .75rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 0; border-radius: .375rem }
button:hover { filter: brightness(1.08) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.hint { margin-top: 1.5rem; color: var(--quiet); font-size: .875rem }
ul { margin: .25rem 0 0; padding-left: 1.25rem }
code { color: var(--ink); font: inherit; font-weight: 600 }
`

// No form-action: Chromium would apply it to every redirect after the form, up to the client's own URI.
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

function page(title: string, body: string): Page {
  return {
    html: `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} · Sandbox identity provider</title>
  <style>${STYLE}</style>
</head>
<body>
  <main>
    <p class="brand">Sandbox identity provider</p>
    ${body}
  </main>
</body>
</html>
`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    },
  }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
