import type { Place } from './snippets'

/**
 * What to tell a coding agent that is to protect an MCP server: what to use, where, and how to see that it is done. In
 * English, like the code.
 */
export function agentPrompt(
  place: Place,
  { install, code, language }: { readonly install: string; readonly code: string; readonly language: string },
): string {
  const { resource, issuer, metadataUrl, metadata, isOpaque } = place
  return `Protect the MCP server in this repository with OAuth 2.1. Vestibule is the authorization server and signs users in; this MCP server only verifies access tokens.

Use these values exactly as they are. One slash more or less makes another URL.
- MCP URL (the resource): ${resource}
- Issuer: ${issuer}
- Metadata URL: ${metadataUrl}

1. Install the verifier: ${install}
2. Add this code where the project's conventions want it:

\`\`\`${language}
${code.trim()}
\`\`\`

3. Put it in front of the MCP endpoint, so that a request without a valid access token is answered with 401 before anything else looks at it. Keep existing routes and tools as they are.
4. Do not write token checks of your own, do not log tokens, and do not accept tokens in the query string.${
    isOpaque
      ? '\n5. Read the credential from the environment variable RESOURCE_SECRET. Never write it into a file of the repository.'
      : ''
  }

It is done when all of this holds, with the server running at its URL:
- A POST to ${resource} without a token is answered with 401 and a WWW-Authenticate: Bearer header whose resource_metadata is the metadata URL.
- A POST with "Authorization: Bearer wrong" is answered with 401.
- GET ${metadataUrl} is answered with 200 and ${JSON.stringify(metadata)}
- The project's tests pass.
`
}
