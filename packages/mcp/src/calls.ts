import { isRecord } from './authorization-server'

/** The scopes of each tool, by its name. */
export type ToolScopes = Readonly<Record<string, readonly string[]>>

/**
 * The scopes that the tools called in a JSON-RPC message, or in any part of a batch, need. A call whose tool has no name
 * needs those of all: what an MCP server makes of it, only that server knows.
 *
 * @param message as `JSON.parse` gave it, which is what the MCP server gets
 */
export function scopesOfCall(message: unknown, tools: ToolScopes): readonly string[] {
  const parts: readonly unknown[] = Array.isArray(message) ? message : [message]
  return parts.flatMap((part) => {
    if (!isRecord(part) || part.method !== 'tools/call') return []
    const name = isRecord(part.params) ? part.params.name : undefined
    if (typeof name !== 'string') return Object.values(tools).flat()
    return Object.hasOwn(tools, name) ? (tools[name] ?? []) : []
  })
}
