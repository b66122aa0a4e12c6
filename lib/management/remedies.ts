import type { ReasonCode } from '@/lib/oauth/timeline'

/** What the operator can do about each way in which a login ends. */
export const REMEDIES: Readonly<Record<ReasonCode, string>> = {
  ok: 'Nothing to do.',
  unknown_client:
    'The client is not known to this server. Have the user remove the connection in the MCP client and add it anew, so that it registers again; a pre-registered client must be in the configuration under exactly this client_id.',
  client_document_unreachable:
    'The client is known by a document at the address that its client_id is, and that document could not be fetched; the detail says why. Check that this machine can reach the address (name resolution, firewall: there is no proxy for this), or tell the makers of the client.',
  client_document_invalid:
    'The document at the address that the client_id is does not say what it must; the detail says what is wrong. Only the makers of the client can mend it.',
  client_not_allowed:
    'client_policy of the server does not let this client in. Add its host to client_policy.hosts if your users may use it.',
  client_changed:
    'The client took back a redirect URI while the login was under way, so the login was ended. The user should start again from the MCP client.',
  client_deleted:
    'The client deleted its registration while the login was under way. Nothing is wrong, unless the user still wants to use it: then it has to register again.',
  client_blocked: 'You have blocked this client. To let it in again, unblock it under “Who is connected”.',
  user_blocked: 'You have blocked this user. To let them in again, unblock them under “Who is connected”.',
  redirect_uri_mismatch:
    'The redirect URI is not one that the client registered. Compare it with the redirect_uris of the client: every character counts, except the port on localhost.',
  invalid_request:
    'The MCP client sent a request that OAuth 2.1 does not allow; the detail names the parameter. Update the client, or report it to its makers.',
  store_unavailable:
    'A store did not answer. Ask /readyz which one, and look at Postgres and Redis; the user can try again.',
  denied_by_user: 'The user pressed Deny. Nothing to do, unless the user did not mean to.',
  login_required:
    'The client asked not to show its user anything (prompt=none), and this browser has no session of ours, or the identity provider has none. The client has to ask again without that.',
  consent_required:
    'The client asked not to show its user anything (prompt=none), and nothing that the user allowed before could stand in for the consent page. The client has to ask again without that.',
  consent_lapsed:
    'The login rested on what a user had allowed before, and another user logged in, or it was withdrawn meanwhile. Nothing was issued and the consent page was shown; nothing to do.',
  form_forged:
    'The decision did not come from the consent page as this browser was shown it. The user should start again, with cookies allowed; if it happens to many, compare PUBLIC_URL with the address in their browsers.',
  state_unknown:
    'The answer of the identity provider belongs to no login under way: it was used before, or came after ten minutes. The user should start again from the MCP client, and not use the back button.',
  request_over:
    'The user answered the same request twice, for example Deny in another tab. Nothing is wrong: connect again.',
  state_other_browser:
    'The answer of the identity provider arrived in another browser than the login began in. The user should finish in one browser, with cookies allowed.',
  upstream_unreachable:
    'The identity provider did not answer. Check its status page, and that this machine can reach it: name resolution, firewall, proxy.',
  upstream_certificate_invalid:
    'The TLS certificate of the identity provider cannot be trusted, so nothing was sent there; the detail says why. An expired one, or one for another host name, is mended there; one of a private authority is trusted by starting Vestibule with NODE_EXTRA_CA_CERTS=/path/to/authority.pem.',
  upstream_never_returned:
    'The user was sent to the identity provider and never came back. Mostly that is a person who closed the window. If the identity provider showed them an error, compare: the callback URL of the detail must be registered there, letter by letter, and client_id of the connection must be the one it gave. The doctor of the server asks it for both; its own sign-in log names the error.',
  upstream_callback_rejected:
    'The identity provider does not know our callback URL. Register it there for this client exactly as the console shows it beside the connection, PUBLIC_URL/oauth/callback/CONNECTION-ID: scheme, host, port and path count, and there is no slash at the end.',
  upstream_scope_rejected:
    'The identity provider does not give our client a scope that the login needs. Allow the scope for the client there (openid for every OpenID provider), or take what it does not know out of scopes of the connection and upstream_scopes of the server; the detail says where it was refused.',
  upstream_denied:
    'The identity provider refused this user. Assign the user to the application there, or see its sign-in log for the policy that refused.',
  upstream_error:
    'The identity provider reported an error. See the detail here and its own log; scopes and authorization_parameters of the connection are the usual cause.',
  upstream_client_rejected:
    'The identity provider did not accept our credentials. Renew client_secret of the connection, and check client_id and token_endpoint_auth_method.',
  upstream_response_invalid:
    'The identity provider answered in a way that its protocol does not allow. Check the issuer or the endpoints of the connection; the detail says what was wrong.',
  upstream_nonce_mismatch:
    'The ID token was made for another login. The user should start again; if it persists, something between us and the identity provider repeats old answers.',
  upstream_audience_mismatch:
    'The ID token was made for another application. Check client_id of the connection.',
  upstream_issuer_mismatch:
    'Another issuer answered than the connection names. Write issuer exactly as the metadata of the identity provider does, with or without the slash at its end.',
  upstream_signature_invalid:
    'The signature of the ID token does not match the published keys. If the provider has just changed its keys, try again in a minute; otherwise check the issuer of the connection.',
  upstream_token_expired:
    'The ID token had expired or was not valid yet, though the clocks agree. The user should start again; if it persists, see how long ID tokens live at the identity provider, and whether something between us repeats old answers.',
  upstream_clock_skew:
    'The clocks of this machine and of the identity provider differ by more than a minute; the detail says by how much, and which one seems to be wrong. Set both by NTP (on this machine: see timedatectl).',
  upstream_identity_missing:
    'The identity provider did not say who the user is. Check claims.subject and the scopes of the connection.',
  upstream_interaction_required:
    'The identity provider cannot log the user in without asking. Nothing to do when the MCP client wanted it so (prompt=none): it will ask again with its user. Otherwise check the prompt in authorization_parameters of the connection.',
  upstream_login_stale:
    'The MCP client wanted a login not older than so many seconds (max_age), and the identity provider answered with an older one. See whether it knows max_age, or its rules for sessions stand in the way.',
  expired:
    'The login took longer than it may: ten minutes for each half, and 90 seconds for a request that the MCP client pushed. The user should start again from the MCP client.',
  code_replayed:
    'An authorization code was used twice, so the grant was revoked. The user has to log in again; if it recurs, the code leaks or the client retries wrongly.',
  internal_error: 'A fault of Vestibule. Find the reference in its log and report it.',
}
