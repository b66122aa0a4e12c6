/**
 * What a timeline says in detail, in German by its English sentence: details are stored as they were written, and
 * `*` stands for what was put in.
 */
export const DETAILS_DE: Readonly<Record<string, string>> = {
  'The identity provider answered invalid_request about PKCE: it refuses our code challenge, or misses one.':
    'Der Identitätsanbieter antwortete invalid_request wegen PKCE: Er lehnt unsere Code Challenge ab oder vermisst eine.',
  'The token endpoint answered invalid_request: mostly it wants the client ID and secret sent in another way (token_endpoint_auth_method).':
    'Der Token-Endpunkt antwortete invalid_request: Meist will er Client-ID und Secret auf andere Weise gesendet haben (token_endpoint_auth_method).',
  'The ID token is meant for others as well, and does not say (azp) that it was issued to our client.':
    'Das ID-Token ist auch für andere bestimmt und sagt nicht (azp), dass es für unseren Client ausgestellt wurde.',
  'The ID token has no nonce, though the request of this login sent one.':
    'Das ID-Token hat keine nonce, obwohl die Anfrage dieser Anmeldung eine gesendet hat.',
  'The ID token does not carry the nonce of this login: it may be a replayed one.':
    'Das ID-Token trägt nicht die nonce dieser Anmeldung: Es könnte ein wiederholtes sein.',
  'The ID token is meant for another client: check the client ID of the connection.':
    'Das ID-Token ist für einen anderen Client bestimmt: Prüfen Sie die Client-ID der Verbindung.',
  'The ID token comes from another issuer than the connection’s, or from a tenant that is not allowed.':
    'Das ID-Token kommt von einem anderen Issuer als dem der Verbindung, oder von einem Mandanten, der nicht erlaubt ist.',
  'The ID token is signed with a key of another tenant.':
    'Das ID-Token ist mit dem Schlüssel eines anderen Mandanten signiert.',
  'The ID token is signed with an algorithm that is not accepted: choose RS256, PS256, ES256 or EdDSA there.':
    'Das ID-Token ist mit einem Verfahren signiert, das nicht angenommen wird: Wählen Sie dort RS256, PS256, ES256 oder EdDSA.',
  'The ID token is signed with a key that the provider does not publish.':
    'Das ID-Token ist mit einem Schlüssel signiert, den der Anbieter nicht veröffentlicht.',
  'The ID token cannot be verified with the keys that the provider publishes.':
    'Das ID-Token lässt sich mit den Schlüsseln, die der Anbieter veröffentlicht, nicht prüfen.',
  'The ID token lacks an expiry or a time of issue.':
    'Dem ID-Token fehlt das Ende der Gültigkeit oder die Zeit der Ausstellung.',
  'The ID token is not a signed JWT (encrypted ones are not supported).':
    'Das ID-Token ist kein signiertes JWT (verschlüsselte werden nicht unterstützt).',
  'the connection is refused': 'Die Verbindung wird abgelehnt',
  'the connection was cut': 'Die Verbindung wurde getrennt',
  'the connection failed': 'Die Verbindung kam nicht zustande',
  'it did not arrive within * seconds': 'Keine Antwort innerhalb von * Sekunden',
  'it did not answer within * seconds': 'Keine Antwort innerhalb von * Sekunden',
  'its entry is not in the audit log any more': 'Der Eintrag ist nicht mehr im Prüfprotokoll',
  'the outgoing proxy (HTTPS_PROXY) does not connect there':
    'Der ausgehende Proxy (HTTPS_PROXY) verbindet nicht dorthin',
  'There is no key to sign with at the identity provider.':
    'Es gibt keinen Schlüssel, um beim Identitätsanbieter zu signieren.',
  'A SAML identity provider gives no tokens.': 'Ein SAML-Identitätsanbieter gibt keine Tokens.',
  'The SAML response cannot be read, or has no assertion.':
    'Die SAML-Antwort ist nicht zu lesen, oder sie hat keine Assertion.',
  'The assertion is encrypted, which is not supported: turn the encryption of assertions off there, they travel over TLS.':
    'Die Assertion ist verschlüsselt, was nicht unterstützt wird: Schalten Sie dort die Verschlüsselung der Assertions aus, sie gehen über TLS.',
  'The SAML response has more than one assertion: it may be a forged one.':
    'Die SAML-Antwort hat mehr als eine Assertion: Sie könnte gefälscht sein.',
  'The SAML response is signed with an algorithm that is not accepted: choose RSA with SHA-256 there.':
    'Die SAML-Antwort ist mit einem Verfahren signiert, das nicht angenommen wird: Wählen Sie dort RSA mit SHA-256.',
  'The assertion answers no request: the login began at the identity provider. Logins begin in the MCP client.':
    'Die Assertion beantwortet keine Anfrage: Die Anmeldung begann beim Identitätsanbieter. Anmeldungen beginnen im MCP-Client.',
  'The metadata of the identity provider could not be had.':
    'Die Metadaten des Identitätsanbieters waren nicht zu bekommen.',
  'The assertion lacks a NameID, a confirmation, conditions or an authentication.':
    'Der Assertion fehlt eine NameID, eine Bestätigung, die Bedingungen oder die Anmeldung.',
  'The assertion was used before.': 'Die Assertion wurde schon einmal verwendet.',
  'The SAML response is signed with SHA-1, which is not accepted: choose SHA-256 there.':
    'Die SAML-Antwort ist mit SHA-1 signiert, das nicht angenommen wird: Wählen Sie dort SHA-256.',
  'The assertion is not signed, or not with a certificate of the metadata: have the provider sign assertions, and bring the metadata up to date.':
    'Die Assertion ist nicht signiert, oder nicht mit einem Zertifikat der Metadaten: Lassen Sie den Anbieter Assertions signieren, und bringen Sie die Metadaten auf den neuesten Stand.',
  'The assertion comes from another identity provider than the metadata’s.':
    'Die Assertion kommt von einem anderen Identitätsanbieter als dem der Metadaten.',
  'The assertion is meant for another entity ID than ours: enter our callback URL there.':
    'Die Assertion ist für eine andere Entity-ID als unsere: Geben Sie dort unsere Callback-URL ein.',
  'The assertion is not confirmed for our address: enter our callback URL as the assertion consumer URL there.':
    'Die Assertion ist nicht für unsere Adresse bestätigt: Geben Sie dort unsere Callback-URL als Assertion Consumer URL ein.',
  'The assertion is not valid at this time: compare the clocks.':
    'Die Assertion ist zu dieser Zeit nicht gültig: Vergleichen Sie die Uhren.',
  'The identity provider cannot log the user in without asking.':
    'Der Identitätsanbieter kann den Benutzer nicht ohne Rückfrage anmelden.',
  'The identity provider answered with an error of its own: its log knows more.':
    'Der Identitätsanbieter antwortete mit einem eigenen Fehler: Sein Protokoll weiß mehr.',
  'The metadata is not that of one SAML identity provider with a sign-on service by redirect and a certificate.':
    'Die Metadaten sind nicht die eines SAML-Identitätsanbieters mit einem Anmeldedienst per Redirect und einem Zertifikat.',
  'The assertion does not answer the request of this login: it may be a replayed one.':
    'Die Assertion beantwortet nicht die Anfrage dieser Anmeldung: Sie könnte eine wiederholte sein.',
  'The NameID is another at every login (transient): choose a persistent one there, or name the attribute that identifies the user (claims.subject).':
    'Die NameID ist bei jeder Anmeldung eine andere (transient): Wählen Sie dort eine dauerhafte, oder nennen Sie das Attribut, das den Benutzer kennzeichnet (claims.subject).',
  'The process that had this login ended before it could answer.':
    'Der Prozess, der diese Anmeldung bearbeitete, endete, bevor er antworten konnte.',
  'The process that had this login ended before it could answer, or its browser had gone away.':
    'Der Prozess, der diese Anmeldung bearbeitete, endete, bevor er antworten konnte, oder ihr Browser war nicht mehr da.',
  'The identity provider answered invalid_target: do not forward the resource on this connection.':
    'Der Identitätsanbieter antwortete invalid_target: Leiten Sie bei dieser Verbindung die Ressource nicht weiter.',
  'The identity provider answered unsupported_response_type: allow the authorization code grant for the client there.':
    'Der Identitätsanbieter antwortete unsupported_response_type: Erlauben Sie dem Client dort den Authorization Code Grant.',
  'The identity provider answered unauthorized_client: allow the authorization code grant for the client there.':
    'Der Identitätsanbieter antwortete unauthorized_client: Erlauben Sie dem Client dort den Authorization Code Grant.',
  'There is no metadata under the issuer: check the issuer URL of the connection.':
    'Unter dem Issuer gibt es keine Metadaten: Prüfen Sie die Issuer-URL der Verbindung.',
  'The identity provider answered invalid_scope: the client may not have one of the scopes that the connection asks for.':
    'Der Identitätsanbieter antwortete invalid_scope: Der Client darf einen der Scopes nicht haben, die die Verbindung anfordert.',
  'The token endpoint sent no ID token: allow the scope openid for the client there.':
    'Der Token-Endpunkt sendete kein ID-Token: Erlauben Sie dem Client dort den Scope openid.',
  'The identity provider answered invalid_redirect_uri: it has another callback URL registered for the client.':
    'Der Identitätsanbieter antwortete invalid_redirect_uri: Für den Client ist dort eine andere Callback-URL eingetragen.',
  'The identity provider answered redirect_uri_mismatch: it has another callback URL registered for the client.':
    'Der Identitätsanbieter antwortete redirect_uri_mismatch: Für den Client ist dort eine andere Callback-URL eingetragen.',
  'A user typed the code of a device.': 'Ein Benutzer hat den Code eines Geräts eingegeben.',
  'The identity provider only points at a claim that decides.':
    'Der Identitätsanbieter verweist nur auf einen Claim, der entscheidet.',
  'Nothing under allow holds for the user.': 'Nichts von dem, was erlaubt ist, trifft auf den Benutzer zu.',
  'The condition under deny holds for the user.':
    'Die Bedingung, die ausschließt, trifft auf den Benutzer zu.',
  'The user is listed under deny.': 'Der Benutzer ist ausgeschlossen.',
  'The identity provider answered invalid_request: check that our callback URL is registered there, and the additional parameters of the connection.':
    'Der Identitätsanbieter antwortete invalid_request: Prüfen Sie, ob unsere Callback-URL dort eingetragen ist, und die weiteren Parameter der Verbindung.',
  'Allowed before: the consent page was not shown.':
    'Bereits erlaubt: Die Zustimmungsseite wurde nicht gezeigt.',
  'The identity provider ended the login with an error of its own: its log knows more.':
    'Der Identitätsanbieter beendete die Anmeldung mit einem eigenen Fehler: Sein Protokoll weiß mehr.',
  'The challenge store has lost the PKCE challenge of this login.':
    'Die PKCE-Challenge dieser Anmeldung ist im Challenge-Speicher verloren gegangen.',
  'The MCP client wants a login without questions (prompt=none), and authorization_parameters of the connection want some.':
    'Der MCP-Client will eine Anmeldung ohne Rückfragen (prompt=none), die weiteren Parameter der Verbindung verlangen welche.',
  'The identity provider answered consent_required: an administrator must allow the application there.':
    'Der Identitätsanbieter antwortete consent_required: Ein Administrator muss die Anwendung dort erlauben.',
  'The connection of this login no longer exists.': 'Die Verbindung dieser Anmeldung gibt es nicht mehr.',
  'The MCP client wants a login without questions (prompt=none), which only OpenID providers know.':
    'Der MCP-Client will eine Anmeldung ohne Rückfragen (prompt=none). Das kennen nur OpenID-Anbieter.',
  'The userinfo endpoint answered about another user.':
    'Der Userinfo-Endpunkt antwortete über einen anderen Benutzer.',
  'The tenant of the user is none of those that the connection allows (any more).':
    'Der Mandant des Benutzers ist keiner von denen, die die Verbindung (noch) erlaubt.',
  'The authorization response lacks the issuer that the provider promises to send.':
    'In der Antwort fehlt der Issuer, den der Anbieter zu senden verspricht.',
  'The identity provider answered the refresh with an ID token about another user.':
    'Der Identitätsanbieter beantwortete die Erneuerung mit einem ID-Token über einen anderen Benutzer.',
  'The identity provider says that it is unavailable.':
    'Der Identitätsanbieter sagt, dass er nicht verfügbar ist.',
  'The authorization response names another issuer than the connection.':
    'Die Antwort nennt einen anderen Issuer als die Verbindung.',
  'The userinfo endpoint refuses the access token: check the scopes of the connection.':
    'Der Userinfo-Endpunkt weist das Access-Token zurück: Prüfen Sie die Scopes der Verbindung.',
  'The identity provider refused access: the user cancelled, or is not assigned to the application there.':
    'Der Identitätsanbieter verweigerte den Zugriff: Der Benutzer hat abgebrochen oder ist der Anwendung dort nicht zugewiesen.',
  'The identity provider refuses to refresh: the session there is over, or the user may not use the application any more.':
    'Der Identitätsanbieter erneuert nicht: Die Sitzung dort ist zu Ende, oder der Benutzer darf die Anwendung nicht mehr verwenden.',
  'The userinfo endpoint wants another scope than the access token has: add it to the scopes of the connection.':
    'Der Userinfo-Endpunkt verlangt einen anderen Scope, als das Access-Token hat: Nehmen Sie ihn in die Scopes der Verbindung auf.',
  'The token endpoint answered invalid_target: do not forward the resource on this connection.':
    'Der Token-Endpunkt antwortete invalid_target: Leiten Sie bei dieser Verbindung die Ressource nicht weiter.',
  'The token endpoint refuses our callback URL: it has another one registered for the client.':
    'Der Token-Endpunkt weist unsere Callback-URL zurück: Für den Client ist dort eine andere eingetragen.',
  'The connection has no client secret, but its authentication method needs one.':
    'Die Verbindung hat kein Client-Secret, ihre Art der Authentifizierung braucht aber eines.',
  'The token endpoint answered invalid_scope: the client may not have one of the scopes that the connection asks for.':
    'Der Token-Endpunkt antwortete invalid_scope: Der Client darf einen der Scopes nicht haben, die die Verbindung anfordert.',
  'The token endpoint refuses the authorization code: it expired, was used before, or belongs to another client or callback URL.':
    'Der Token-Endpunkt weist den Autorisierungscode zurück: Er ist abgelaufen, wurde schon verwendet oder gehört zu einem anderen Client oder einer anderen Callback-URL.',
  'The identity provider names no subject: check the claims mapping and the scopes of the connection.':
    'Der Identitätsanbieter nennt kein Subject: Prüfen Sie die Zuordnung der Claims und die Scopes der Verbindung.',
  'The identity provider refuses our client: check client ID, client secret (expired?) and authentication method of the connection.':
    'Der Identitätsanbieter weist unseren Client zurück: Prüfen Sie Client-ID, Client-Secret (abgelaufen?) und Art der Authentifizierung der Verbindung.',
  'The identity provider sends the subject as a number too large to be exact: use a claim that is a string.':
    'Der Identitätsanbieter sendet das Subject als Zahl, die zu groß ist, um genau zu sein: Verwenden Sie einen Claim, der Text ist.',
  'The refresh brought an ID token that is meant for another client.':
    'Die Erneuerung brachte ein ID-Token, das für einen anderen Client bestimmt ist.',
  'The refresh brought an ID token of another issuer than the connection’s.':
    'Die Erneuerung brachte ein ID-Token von einem anderen Issuer als dem der Verbindung.',
  'The metadata names another issuer than the connection: copy the provider’s issuer exactly.':
    'Die Metadaten nennen einen anderen Issuer als die Verbindung: Übernehmen Sie den des Anbieters genau.',
  'Azure AD B2C names another issuer than the address of its metadata: enter the issuer that the metadata names, and the address of the metadata as metadata_url. Or, in the user flow, under Properties, Token compatibility settings, choose the issuer claim with tfp, and enter that issuer.':
    'Azure AD B2C nennt einen anderen Issuer als die Adresse seiner Metadaten: Geben Sie den Issuer ein, den die Metadaten nennen, und die Adresse der Metadaten als metadata_url. Oder wählen Sie im Benutzerflow unter Eigenschaften, Tokenkompatibilitätseinstellungen, den Aussteller mit tfp, und geben Sie diesen Issuer ein.',
  'This is the address of all tenants of Entra ID, which is no issuer: enter https://login.microsoftonline.com/{tenantid}/v2.0 as the issuer with the tenants that may log in (allowed_tenants), or, for one tenant, its own id in place of {tenantid}.':
    'Das ist die Adresse aller Mandanten von Entra ID, und kein Issuer: Geben Sie https://login.microsoftonline.com/{tenantid}/v2.0 als Issuer ein, mit den Mandanten, die sich anmelden dürfen (allowed_tenants), oder, für einen Mandanten, seine eigene ID anstelle von {tenantid}.',
  'The metadata names the issuer with a different trailing slash: write it in the connection exactly as the provider does.':
    'Die Metadaten nennen den Issuer mit einem anderen Schrägstrich am Ende: Schreiben Sie ihn in der Verbindung genau so wie der Anbieter.',
  'The ID token has expired: compare the clocks.': 'Das ID-Token ist abgelaufen: Vergleichen Sie die Uhren.',
  'The ID token is not valid yet: compare the clocks.':
    'Das ID-Token ist noch nicht gültig: Vergleichen Sie die Uhren.',
  'No refresh token came, though the connection asks for one.':
    'Es kam kein Refresh-Token, obwohl die Verbindung eines anfordert.',
  'Nothing came back from the identity provider. The callback URL to register there is *':
    'Vom Identitätsanbieter kam nichts zurück. Die Callback-URL, die dort einzutragen ist, lautet *',
  'Left out: *.': 'Weggelassen: *.',
  'Microsoft Graph answered in a form that is not its own.':
    'Microsoft Graph hat in einer Form geantwortet, die nicht seine ist.',
  'The user has more than * memberships: too many to be read from Microsoft Graph.':
    'Der Benutzer hat mehr als * Mitgliedschaften: zu viele, um sie von Microsoft Graph zu lesen.',
  'The answer of the * is larger than 1 MiB.': 'Die Antwort (*) ist größer als 1 MiB.',
  'The * did not answer within * seconds.': 'Keine Antwort (*) innerhalb von * Sekunden.',
  'The * is unavailable (HTTP *).': 'Nicht verfügbar (*): HTTP *.',
  'The * redirects, which is not followed: configure the address it redirects to.':
    'Es wird weitergeleitet (*), und dem wird nicht gefolgt: Konfigurieren Sie die Adresse, auf die weitergeleitet wird.',
  'The * refused the request (HTTP *).': 'Die Anfrage wurde abgewiesen (*): HTTP *.',
  'The identity provider answered *: it cannot log the user in without asking.':
    'Der Identitätsanbieter antwortete *: Er kann den Benutzer nicht ohne Rückfrage anmelden.',
}
