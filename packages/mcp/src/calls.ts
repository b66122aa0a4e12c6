import { isRecord } from './authorization-server'

/** The scopes of each tool, by its name. */
export type ToolScopes = Readonly<Record<string, readonly string[]>>

/**
 * The scopes that the tools called in a JSON-RPC message, or in any part of a batch, need.
 *
 * @param message as `JSON.parse` gave it, which is what the MCP server gets
 */
export function scopesOfCall(message: unknown, tools: ToolScopes): readonly string[] {
  const parts: readonly unknown[] = Array.isArray(message) ? message : [message]
  return parts.flatMap((part) => {
    if (!isRecord(part) || part.method !== 'tools/call' || !isRecord(part.params)) return []
    const { name } = part.params
    return typeof name === 'string' && Object.hasOwn(tools, name) ? (tools[name] ?? []) : []
  })
}
