import { McpServer } from '@modelcontextprotocol/server'
import type { User } from '@vestibule/mcp'
import { z } from 'zod'

/** Notes by the subject of the access token, in memory. */
export type Notes = Map<string, string[]>

/** What of a user the authorization server may pass on. */
export const Profile = z.object({ name: z.string().optional(), email: z.string().optional() })

/**
 * The scopes of tools that need more than every request does. A call without them is answered 403 before the tool runs,
 * so that the client can ask its user for more.
 */
export const TOOL_SCOPES = { add_note: ['notes:write'] }

const MAX_NOTES = 100

/** The tools, made for one request and the user who sent it. */
export function notesTools(user: User<z.infer<typeof Profile>>, notes: Notes): McpServer {
  const server = new McpServer({ name: 'sandbox-notes', title: 'Sandbox notes', version: '1.0.0' })
  const { sub: subject, clientId, scopes, claims } = user

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
    },
    () => answer({ subject, ...claims, client_id: clientId, scopes }),
  )

  server.registerTool(
    'add_note',
    {
      title: 'Add a note',
      description: 'Keeps a note for the user until the server stops.',
      inputSchema: z.object({ text: z.string().trim().min(1).max(2_000).describe('The note') }),
      outputSchema: z.object({ notes: z.array(z.string()) }),
      annotations: { readOnlyHint: false, destructiveHint: false },
    },
    ({ text }) => {
      const kept = [...(notes.get(subject) ?? []), text].slice(-MAX_NOTES)
      notes.set(subject, kept)
      return answer({ notes: kept })
    },
  )

  return server
}

/** A tool's result, for programs and for older clients that only read text. */
function answer(structuredContent: Record<string, unknown>) {
  return { structuredContent, content: [{ type: 'text' as const, text: JSON.stringify(structuredContent) }] }
}
