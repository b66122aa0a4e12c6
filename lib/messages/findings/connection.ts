import { catalogue } from '../catalogue'

/** What the doctor finds at the identity provider, by code; what to do about it under the code with `.do`. */
export const messages = catalogue(
  {
    'idp.failure': '{detail}',
    'idp.failure.do': '{remedy}',
    'idp.discovery': 'The identity provider at {issuer} describes itself as it should.',
    'idp.keys': 'It publishes the keys that its ID tokens are signed with.',
    'idp.keys_missing': 'It publishes no key that an ID token could be verified with.',
    'idp.keys_missing.do': '{remedy}',
    'idp.pkce': 'It says that it knows no PKCE with S256. We send it all the same.',
    'idp.pkce.do':
      'If sign-ins fail there with invalid_request, allow PKCE for the client, or set pkce of the connection to false.',
    'idp.scopes': 'It knows all scopes that are asked for.',
    'idp.scopes_unlisted': 'It does not list {scopes} among its scopes. Many lists are too short.',
    'idp.scopes_unlisted.do':
      'If sign-ins fail there, or tokens lack something, compare scopes of the connection and upstream_scopes of the server with what the client may have there.',
    'idp.certificate': 'Of {origin}: {soon}.',
    'idp.certificate.do': 'Have it renewed at the identity provider.',
    'idp.clock':
      'The clock of the identity provider is {skew} of the one of this machine, by its Date header.',
    'idp.clock.do': '{remedy}',
    'idp.callback_untold':
      'Whether it knows our callback URL cannot be told: it answers other URLs in the same way.',
    'idp.callback_untold.do': 'Compare what is registered there with {callbackUrl}, letter by letter.',
    'idp.callback': 'It knows our client ID and our callback URL, and refuses others.',
    'idp.callback_and_scopes':
      'It knows our client ID and our callback URL, and takes the scopes that are asked for.',
    'idp.page_scope': 'It shows users an error page about a scope{status} in place of a login.',
    'idp.page_scope.do': '{remedy}',
    'idp.page_pkce': 'It shows users an error page about PKCE{status} in place of a login.',
    'idp.page_pkce.do': '{remedy}',
    'idp.last_login': 'The last sign-in there failed: {detail}',
    'idp.last_login.do': '{remedy}',
    'idp.page_callback':
      'It shows users an error page about the redirect URI{status} in place of a sign-in: our callback URL is not registered there.',
    'idp.page_callback.do': 'Register exactly {callbackUrl} there. {remedy}',
    'idp.page':
      'It shows users an error page{status} in place of a login. Mostly that is a callback URL that is not registered, or a wrong client ID.',
    'idp.page.do': 'Register exactly {callbackUrl} there, and compare client_id of the connection.',
    'idp.method':
      'The token endpoint refuses our client with {method}, and takes the same credentials with {better}.',
    'idp.method.do': 'Set token_endpoint_auth_method of the connection to {better}.',
    'idp.credentials':
      'Its token endpoint takes our client ID and secret, as far as a made-up code can tell.',
    'idp.credentials_untold':
      'Its token endpoint refused a made-up code with words of its own, so nothing is known of client ID and secret.',
    'idp.credentials_untold.do': 'Sign in once: the timeline of that sign-in tells more.',
  },
  {
    'idp.failure': '{reason} Im Einzelnen: {detail}',
    'idp.failure.do': '{remedy}',
    'idp.discovery': 'Der Identitätsanbieter unter {issuer} beschreibt sich, wie er soll.',
    'idp.keys': 'Er veröffentlicht die Schlüssel, mit denen seine ID-Tokens signiert sind.',
    'idp.keys_missing': 'Er veröffentlicht keinen Schlüssel, mit dem ein ID-Token zu prüfen wäre.',
    'idp.keys_missing.do': '{remedy}',
    'idp.pkce': 'Er sagt, dass er PKCE mit S256 nicht kennt. Wir senden es trotzdem.',
    'idp.pkce.do':
      'Wenn Anmeldungen dort mit invalid_request scheitern, erlauben Sie PKCE für den Client, oder setzen Sie pkce der Verbindung auf false.',
    'idp.scopes': 'Er kennt alle Scopes, nach denen gefragt wird.',
    'idp.scopes_unlisted': 'Er führt {scopes} nicht unter seinen Scopes auf. Viele Listen sind zu kurz.',
    'idp.scopes_unlisted.do':
      'Wenn Anmeldungen dort scheitern oder Tokens etwas fehlt, vergleichen Sie scopes der Verbindung und upstream_scopes des Servers mit dem, was der Client dort haben darf.',
    'idp.certificate': 'Bei {origin}: {soon}.',
    'idp.certificate.do': 'Lassen Sie es beim Identitätsanbieter erneuern.',
    'idp.clock':
      'Die Uhr des Identitätsanbieters geht nach seinem Date-Header gegenüber der dieser Maschine {skew}.',
    'idp.clock.do': '{remedy}',
    'idp.callback_untold':
      'Ob er unsere Callback-URL kennt, ist nicht festzustellen: Auf andere URLs antwortet er ebenso.',
    'idp.callback_untold.do':
      'Vergleichen Sie, was dort registriert ist, Buchstabe für Buchstabe mit {callbackUrl}.',
    'idp.callback': 'Er kennt unsere Client-ID und unsere Callback-URL und lehnt andere ab.',
    'idp.callback_and_scopes':
      'Er kennt unsere Client-ID und unsere Callback-URL und nimmt die Scopes an, nach denen gefragt wird.',
    'idp.page_scope': 'Er zeigt Benutzern statt einer Anmeldung eine Fehlerseite über einen Scope{status}.',
    'idp.page_scope.do': '{remedy}',
    'idp.page_pkce': 'Er zeigt Benutzern statt einer Anmeldung eine Fehlerseite über PKCE{status}.',
    'idp.page_pkce.do': '{remedy}',
    'idp.last_login': 'Die letzte Anmeldung dort scheiterte: {detail}',
    'idp.last_login.do': '{remedy}',
    'idp.page_callback':
      'Er zeigt Benutzern statt einer Anmeldung eine Fehlerseite über die Redirect-URI{status}: Unsere Callback-URL ist dort nicht registriert.',
    'idp.page_callback.do': 'Registrieren Sie dort genau {callbackUrl}. {remedy}',
    'idp.page':
      'Er zeigt Benutzern statt einer Anmeldung eine Fehlerseite{status}. Meistens ist eine Callback-URL nicht registriert oder die Client-ID falsch.',
    'idp.page.do': 'Registrieren Sie dort genau {callbackUrl}, und vergleichen Sie client_id der Verbindung.',
    'idp.method':
      'Der Token-Endpunkt lehnt unseren Client mit {method} ab und nimmt dieselben Zugangsdaten mit {better} an.',
    'idp.method.do': 'Setzen Sie token_endpoint_auth_method der Verbindung auf {better}.',
    'idp.credentials':
      'Sein Token-Endpunkt nimmt unsere Client-ID und unser Secret an, soweit es ein erfundener Code zeigen kann.',
    'idp.credentials_untold':
      'Sein Token-Endpunkt hat einen erfundenen Code mit eigenen Worten abgelehnt; über Client-ID und Secret ist nichts bekannt.',
    'idp.credentials_untold.do': 'Melden Sie sich einmal an: Der Verlauf dieser Anmeldung sagt mehr.',
  },
)
