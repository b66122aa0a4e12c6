import { type AuthInfo, McpServer, requireScopes } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { callerOf } from './verify-access-token'

/** Notes by the subject of the access token, in memory. */
export type Notes = Map<string, string[]>

const MAX_NOTES = 100

/**
 * The tools, made for one request and the user who sent it. Each tool names the scopes it needs; a call without
 * them is answered 403 `insufficient_scope` before the tool runs, so that the client can ask its user for more.
 */
export function notesTools(authInfo: AuthInfo, notes: Notes): McpServer {
  const server = new McpServer({ name: 'sandbox-notes', title: 'Sandbox notes', version: '1.0.0' })
  const caller = callerOf(authInfo)

  server.registerTool(
    'whoami',
    {
      title: 'Who am I?',
      description: 'Tells which user and which client the access token speaks for.',
      outputSchema: z.object({
        subject: z.string(),
        client_id: z.string(),
        scopes: z.array(z.string()),
        name: z.string().optional(),
        email: z.string().optional(),
      }),
      annotations: { readOnlyHint: true },
      scopeChallenge: requireScopes('profile:read'),
    },
    () => answer({ ...caller, client_id: authInfo.clientId, scopes: authInfo.scopes }),
  )

  server.registerTool(
    'add_note',
    {
      title: 'Add a note',
      description: 'Keeps a note for the user until the server stops.',
      inputSchema: z.object({ text: z.string().trim().min(1).max(2_000).describe('The note') }),
      outputSchema: z.object({ notes: z.array(z.string()) }),
      annotations: { readOnlyHint: false, destructiveHint: false },
      // All that the operation needs, not only what is missing: one login suffices.
      scopeChallenge: requireScopes('notes:write', 'profile:read'),
    },
    ({ text }) => {
      const kept = [...(notes.get(caller.subject) ?? []), text].slice(-MAX_NOTES)
      notes.set(caller.subject, kept)
      return answer({ notes: kept })
    },
  )

  return server
}

/** A tool's result, for programs and for older clients that only read text. */
function answer(structuredContent: Record<string, unknown>) {
  return { structuredContent, content: [{ type: 'text' as const, text: JSON.stringify(structuredContent) }] }
}
