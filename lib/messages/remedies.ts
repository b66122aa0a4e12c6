import { catalogue } from './catalogue'

/** What the operator can do about each way in which a login ends, by its reason. */
export const messages = catalogue(
  {
    ok: 'Nothing to do.',
    unknown_client:
      'The client is not known to this server. Have the user remove the connection in the MCP client and add it anew, so that it registers again; a pre-registered client must be in the configuration under exactly this client_id.',
    client_document_unreachable:
      'The client is known by a document at the address that its client_id is, and that document could not be fetched; the detail says why. Check that this machine can reach the address (name resolution, firewall, the proxy of HTTPS_PROXY), or tell the vendor of the client.',
    client_document_invalid:
      'The document at the address that the client_id is does not say what it must; the detail says what is wrong. Only the vendor of the client can correct it.',
    client_not_allowed:
      'client_policy or client_admission of the server does not let this client in. Add its host there if your users may use it.',
    client_changed:
      'The client took back a redirect URI while the sign-in was under way, so the sign-in was ended. The user should start again from the MCP client.',
    client_deleted:
      'The client deleted its registration while the sign-in was under way. Nothing is wrong, unless the user still wants to use it: then it has to register again.',
    client_blocked: 'You have blocked this client. To let it in again, unblock it under “Access”.',
    client_waiting:
      'Only clients that you allow can use this server. Allow or block this one on the page “Clients” of the server; its user then starts again from the application.',
    user_blocked: 'You have blocked this user. To let them in again, unblock them under “Access”.',
    access_refused:
      'The access rules of the server do not let this user in; the detail says which part, and which claims were missing. Compare with the claims in a test of the connection: a claim that is missing must be added to the token or to userinfo at the identity provider, and an email counts only where the provider says that it is verified.',
    access_claims_overage:
      'The user is in too many groups for a token, and the identity provider (Entra) only points at them. Add User.Read to the scopes of the connection, so that they can be read from Microsoft Graph. Or in its app registration, under “Token configuration”, let the groups claim hold the groups assigned to the application alone, or use app roles: then the claim is in the token.',
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
      'The sign-in rested on what a user had allowed before, and another user signed in, or it was withdrawn meanwhile. Nothing was issued and the consent page was shown; nothing to do.',
    form_forged:
      'The decision did not come from the consent page as this browser was shown it. The user should start again, with cookies allowed; if it happens to many, compare PUBLIC_URL with the address in their browsers.',
    state_unknown:
      'The answer of the identity provider belongs to no sign-in under way: it was used before, or came after ten minutes. The user should start again from the MCP client, and not use the back button.',
    request_over:
      'The user answered the same request twice, for example Deny in another tab. Nothing is wrong: connect again.',
    state_other_browser:
      'The answer of the identity provider arrived in another browser than the sign-in began in. The user should finish in one browser, with cookies allowed.',
    upstream_unreachable:
      'The identity provider did not answer. Check its status page, and that this machine can reach it: name resolution, firewall, proxy.',
    upstream_certificate_invalid:
      'The TLS certificate of the identity provider cannot be trusted, so nothing was sent there; the detail says why. An expired one, or one for another host name, is mended there; one of a private authority is trusted by starting Vestibule with NODE_EXTRA_CA_CERTS=/path/to/authority.pem.',
    upstream_never_returned:
      'The user was sent to the identity provider and never came back. Mostly that is a person who closed the window. If the identity provider showed them an error, compare: the callback URL of the detail must be registered there, letter by letter, and client_id of the connection must be the one it gave. The doctor of the server asks it for both; its own sign-in log names the error.',
    upstream_callback_rejected:
      'The identity provider does not know our callback URL. Register it there for this client exactly as the console shows it beside the connection, PUBLIC_URL/oauth/callback/CONNECTION-ID: scheme, host, port and path count, and there is no slash at the end.',
    upstream_scope_rejected:
      'The identity provider does not give our client a scope that the sign-in needs. Allow the scope for the client there (openid for every OpenID provider), or take what it does not know out of scopes of the connection and upstream_scopes of the server; the detail says where it was refused.',
    upstream_denied:
      'The identity provider refused this user. Assign the user to the application there, or see its sign-in log for the policy that refused.',
    upstream_error:
      'The identity provider reported an error. See the detail here and its own log; scopes and authorization_parameters of the connection are the usual cause.',
    upstream_client_rejected:
      'The identity provider did not accept our credentials. Renew client_secret of the connection, and check client_id and token_endpoint_auth_method: the doctor of the server tries the other methods, and names the one that works.',
    upstream_response_invalid:
      'The identity provider answered in a way that its protocol does not allow. Check the issuer or the endpoints of the connection; the detail says what was wrong.',
    upstream_pkce_rejected:
      'The identity provider and the connection do not agree about PKCE. Allow PKCE with S256 for the client there; at a provider that does not know it, set pkce of the connection to false; and at one that demands it, do not.',
    upstream_nonce_mismatch:
      'The ID token was made for another sign-in. The user should start again; if it persists, something between us and the identity provider repeats old answers.',
    upstream_nonce_missing:
      'The identity provider leaves out the nonce that OpenID Connect has it repeat (Core §3.1.3.7), without which a stolen ID token could be used. Bring it up to date, and take out of its token settings, scripts or the gateway before it whatever removes the claim nonce. At a provider that cannot, make a connection of the type oauth2 with its endpoints: then userinfo says who the user is, and no ID token is needed.',
    upstream_audience_mismatch:
      'The ID token was made for another application: check client_id of the connection.',
    upstream_extra_audience:
      'The ID token names audiences besides our client, and no azp that says it was issued to us. At the identity provider, take the others out of the ID token (Keycloak: “Add to ID token” of the audience mappers among the scopes of the client; elsewhere: additional audiences of the client), or have it send azp with client_id of the connection. Access tokens may keep them.',
    upstream_issuer_mismatch:
      'Another issuer answered than the connection names. Write issuer exactly as the metadata of the identity provider does, with or without the slash at its end; at a SAML provider, take the metadata of the one that answers.',
    upstream_signature_invalid:
      'The signature of the ID token does not match the published keys. If the provider has just changed its keys, try again in a minute; otherwise check the issuer of the connection.',
    upstream_token_expired:
      'The ID token had expired or was not valid yet, though the clocks agree. The user should start again; if it persists, see how long ID tokens live at the identity provider, and whether something between us repeats old answers.',
    upstream_assertion_unasked:
      'The SAML assertion answers no request, or that of another sign-in. Sign-ins begin in the MCP client, and not at the identity provider: take the application off its start page. If the user did begin in the client, they should start again; if it persists, something between us and the identity provider repeats old answers.',
    upstream_assertion_audience:
      'The SAML assertion was made for another service, or for another address. At the identity provider, enter our callback URL as entity ID (audience) and as the address of the assertion consumer, or have it read our metadata.',
    upstream_assertion_signature:
      'The SAML assertion is not signed, or not so that it could be trusted. Have the identity provider sign assertions, and not only responses, with RSA and SHA-256. If it has changed its certificate, take its metadata anew; with their address instead of the file that happens by itself.',
    upstream_assertion_expired:
      'The SAML assertion had expired or was not valid yet. Compare the clocks of this machine and of the identity provider (on this machine: see timedatectl); if they agree, see how long assertions live there, and whether the user waited on its page.',
    upstream_no_refresh_token:
      'The sign-in worked, but without a refresh token nobody asks there again: users who are removed keep access until their grant ends. Let the client have refresh tokens there (Okta: the grant type Refresh Token; Keycloak: the scope offline_access), or add prompt=consent to the parameters of the authorization request, as Google wants it.',
    access_scopes_refused:
      'The sign-in worked, with fewer scopes than the application asked for: the condition of a scope does not hold for this user. Nothing to do, unless they should have them; then compare the condition with the claims in a test of the connection.',
    claims_cut:
      'The sign-in worked. What passed_claims names was left out of tokens, because they would have become larger than 8 KB. Have the identity provider send fewer groups (only those of the application), or ask for fewer claims.',
    upstream_clock_skew:
      'The clocks of this machine and of the identity provider differ by more than a minute; the detail says by how much, and which one seems to be wrong. Set both by NTP (on this machine: see timedatectl).',
    upstream_identity_missing:
      'The identity provider did not say who the user is. Check claims.subject and the scopes of the connection.',
    upstream_interaction_required:
      'The identity provider cannot sign the user in without asking. Nothing to do when the MCP client wanted it so (prompt=none): it will ask again with its user. Otherwise check the prompt in authorization_parameters of the connection.',
    upstream_login_stale:
      'The MCP client wanted a sign-in not older than so many seconds (max_age), and the identity provider answered with an older one. See whether it knows max_age, or its rules for sessions stand in the way.',
    upstream_signed_out:
      'The identity provider signed this user out, or ended their access, while the sign-in was under way. Nothing is wrong; a user who may still use it should start again from the MCP client.',
    expired:
      'The sign-in took longer than it may: ten minutes for each half, and 90 seconds for a request that the MCP client pushed. The user should start again from the MCP client.',
    code_replayed:
      'An authorization code was used twice, so the grant was revoked. The user has to sign in again; if it recurs, the code leaks or the client retries wrongly.',
    internal_error: 'A fault of Vestibule. Find the reference in its log and report it.',
  },
  {
    ok: 'Nichts zu tun.',
    unknown_client:
      'Dieser Server kennt den Client nicht. Der Benutzer soll die Verbindung im MCP-Client entfernen und neu anlegen, damit er sich noch einmal registriert; ein vorab registrierter Client muss mit genau dieser client_id in der Konfiguration stehen.',
    client_document_unreachable:
      'Die client_id dieses Clients ist die Adresse eines Dokuments, das ihn beschreibt. Dieses Dokument ließ sich nicht abrufen; die Details nennen den Grund. Prüfen Sie, ob diese Maschine die Adresse erreicht (Namensauflösung, Firewall, der Proxy aus HTTPS_PROXY), oder wenden Sie sich an den Hersteller des Clients.',
    client_document_invalid:
      'In dem Dokument, dessen Adresse die client_id ist, fehlt etwas oder es ist fehlerhaft; die Details nennen, was. Beheben kann das nur der Hersteller des Clients.',
    client_not_allowed:
      'client_policy oder client_admission des Servers lässt diesen Client nicht ein. Nehmen Sie seinen Host dort auf, wenn Ihre Benutzer ihn verwenden dürfen.',
    client_changed:
      'Der Client hat eine Redirect-URI zurückgenommen, während die Anmeldung lief; deshalb wurde sie beendet. Der Benutzer soll im MCP-Client neu beginnen.',
    client_deleted:
      'Der Client hat seine Registrierung gelöscht, während die Anmeldung lief. Ein Fehler ist das nicht, außer der Benutzer will ihn noch verwenden: Dann muss er sich neu registrieren.',
    client_blocked:
      'Sie haben diesen Client gesperrt. Um ihn wieder einzulassen, entsperren Sie ihn unter „Zugriff“.',
    client_waiting:
      'Nur Clients, die Sie zulassen, können diesen Server verwenden. Lassen Sie diesen auf der Seite „Clients“ des Servers zu oder sperren Sie ihn; der Benutzer beginnt dann in der Anwendung von vorn.',
    user_blocked:
      'Sie haben diesen Benutzer gesperrt. Um ihn wieder einzulassen, entsperren Sie ihn unter „Zugriff“.',
    access_refused:
      'Die Zugriffsregeln des Servers lassen diesen Benutzer nicht ein; die Details nennen die Regel und die Claims, die fehlten. Vergleichen Sie sie mit den Claims einer Testanmeldung der Verbindung: Ein fehlender Claim muss beim Identitätsanbieter in das Token oder in Userinfo, und eine E-Mail-Adresse zählt nur, wenn der Anbieter sie als bestätigt ausweist.',
    access_claims_overage:
      'Der Benutzer ist in zu vielen Gruppen für ein Token, und der Identitätsanbieter (Entra) verweist nur auf sie. Nehmen Sie User.Read in die Scopes der Verbindung auf, damit sie sich von Microsoft Graph lesen lassen. Oder lassen Sie in der App-Registrierung unter „Tokenkonfiguration“ den Gruppen-Claim nur die der Anwendung zugewiesenen Gruppen enthalten, oder verwenden Sie App-Rollen: Dann steht der Claim im Token.',
    redirect_uri_mismatch:
      'Die Redirect-URI gehört nicht zu denen, die der Client registriert hat. Vergleichen Sie sie mit den redirect_uris des Clients: Jedes Zeichen zählt, außer dem Port auf localhost.',
    invalid_request:
      'Der MCP-Client hat eine Anfrage gesendet, die OAuth 2.1 nicht erlaubt; die Details nennen den Parameter. Aktualisieren Sie den Client, oder melden Sie das Problem seinem Hersteller.',
    store_unavailable:
      'Ein Speicher hat nicht geantwortet. Fragen Sie /readyz, welcher, und sehen Sie nach Postgres und Redis; der Benutzer kann es noch einmal versuchen.',
    denied_by_user: 'Der Benutzer hat auf „Ablehnen“ gedrückt. Nichts zu tun, außer er wollte das nicht.',
    login_required:
      'Der Client hat verlangt, seinem Benutzer nichts zu zeigen (prompt=none), und dieser Browser hat keine Sitzung bei uns, oder der Identitätsanbieter hat keine. Der Client muss noch einmal ohne das fragen.',
    consent_required:
      'Der Client hat verlangt, seinem Benutzer nichts zu zeigen (prompt=none), und nichts, was der Benutzer früher erlaubt hat, konnte die Zustimmungsseite ersetzen. Der Client muss noch einmal ohne das fragen.',
    consent_lapsed:
      'Die Anmeldung stützte sich auf eine frühere Erlaubnis des Benutzers, und es hat sich ein anderer Benutzer angemeldet, oder sie wurde inzwischen zurückgenommen. Es wurde nichts ausgestellt und die Zustimmungsseite gezeigt; nichts zu tun.',
    form_forged:
      'Die Entscheidung kam nicht von der Zustimmungsseite, wie sie diesem Browser gezeigt wurde. Der Benutzer soll neu beginnen und Cookies erlauben; wenn es vielen so geht, vergleichen Sie PUBLIC_URL mit der Adresse in deren Browsern.',
    state_unknown:
      'Die Antwort des Identitätsanbieters gehört zu keiner laufenden Anmeldung: Sie wurde schon einmal verwendet oder kam nach mehr als zehn Minuten. Der Benutzer soll im MCP-Client neu beginnen und nicht „Zurück“ verwenden.',
    request_over:
      'Der Benutzer hat dieselbe Anfrage zweimal beantwortet, zum Beispiel in einem anderen Tab abgelehnt. Ein Fehler ist das nicht: Er soll sich noch einmal verbinden.',
    state_other_browser:
      'Die Antwort des Identitätsanbieters kam in einem anderen Browser an als dem, in dem die Anmeldung begann. Der Benutzer soll sie in einem Browser beenden und Cookies erlauben.',
    upstream_unreachable:
      'Der Identitätsanbieter hat nicht geantwortet. Sehen Sie auf seine Statusseite, und prüfen Sie, ob diese Maschine ihn erreicht: Namensauflösung, Firewall, Proxy.',
    upstream_certificate_invalid:
      'Das TLS-Zertifikat des Identitätsanbieters ist nicht vertrauenswürdig; deshalb wurde nichts dorthin gesendet. Die Details nennen den Grund. Ein Zertifikat, das abgelaufen ist oder für einen anderen Hostnamen gilt, muss dort ersetzt werden; dem einer privaten Zertifizierungsstelle vertraut Vestibule, wenn es mit NODE_EXTRA_CA_CERTS=/path/to/authority.pem gestartet wird.',
    upstream_never_returned:
      'Der Benutzer wurde zum Identitätsanbieter geschickt und kam nicht zurück. Meistens hat jemand das Fenster geschlossen. Wenn der Identitätsanbieter ihm einen Fehler gezeigt hat, vergleichen Sie: Die Callback-URL aus den Details muss dort Zeichen für Zeichen so registriert sein, und client_id der Verbindung muss die sein, die er vergeben hat. Der Doktor des Servers fragt ihn nach beidem; sein eigenes Anmeldeprotokoll nennt den Fehler.',
    upstream_callback_rejected:
      'Der Identitätsanbieter kennt unsere Callback-URL nicht. Registrieren Sie sie dort für diesen Client genau so, wie die Konsole sie bei der Verbindung zeigt, PUBLIC_URL/oauth/callback/CONNECTION-ID: Schema, Host, Port und Pfad zählen, und am Ende steht kein Schrägstrich.',
    upstream_scope_rejected:
      'Der Identitätsanbieter gibt unserem Client einen Scope nicht, den die Anmeldung braucht. Erlauben Sie dem Client dort diesen Scope (openid bei jedem OpenID-Anbieter), oder nehmen Sie, was er nicht kennt, aus scopes der Verbindung und upstream_scopes des Servers heraus; die Details nennen, wo er abgewiesen wurde.',
    upstream_denied:
      'Der Identitätsanbieter hat diesen Benutzer abgewiesen. Weisen Sie ihn dort der Anwendung zu, oder sehen Sie in dessen Anmeldeprotokoll nach der Richtlinie, die ihn abwies.',
    upstream_error:
      'Der Identitätsanbieter hat einen Fehler gemeldet. Sehen Sie sich die Details hier und sein eigenes Protokoll an; meistens liegt es an scopes und authorization_parameters der Verbindung.',
    upstream_client_rejected:
      'Der Identitätsanbieter hat unsere Zugangsdaten nicht angenommen. Erneuern Sie client_secret der Verbindung, und prüfen Sie client_id und token_endpoint_auth_method: Der Doktor des Servers versucht die anderen Methoden und nennt die, mit der es geht.',
    upstream_response_invalid:
      'Der Identitätsanbieter hat eine Antwort gegeben, die sein Protokoll nicht erlaubt. Prüfen Sie den Issuer oder die Endpunkte der Verbindung; die Details nennen, was falsch war.',
    upstream_pkce_rejected:
      'Der Identitätsanbieter und die Verbindung sind sich über PKCE nicht einig. Erlauben Sie dort PKCE mit S256 für den Client; bei einem Anbieter, der es nicht kennt, setzen Sie pkce der Verbindung auf false; und bei einem, der es verlangt, nicht.',
    upstream_nonce_mismatch:
      'Das ID-Token wurde für eine andere Anmeldung gemacht. Der Benutzer soll neu beginnen; wenn es bleibt, wiederholt etwas zwischen uns und dem Identitätsanbieter alte Antworten.',
    upstream_nonce_missing:
      'Der Identitätsanbieter lässt die nonce weg, die er nach OpenID Connect (Core §3.1.3.7) wiederholen muss und ohne die ein gestohlenes ID-Token zu gebrauchen wäre. Bringen Sie ihn auf den neuesten Stand, und nehmen Sie aus seinen Token-Einstellungen, Skripten oder dem Gateway davor heraus, was den Claim nonce entfernt. Bei einem Anbieter, der es nicht kann, legen Sie eine Verbindung vom Typ oauth2 mit seinen Endpunkten an: Dann sagt Userinfo, wer der Benutzer ist, und es braucht kein ID-Token.',
    upstream_audience_mismatch:
      'Das ID-Token wurde für eine andere Anwendung gemacht: Prüfen Sie client_id der Verbindung.',
    upstream_extra_audience:
      'Das ID-Token nennt außer unserem Client noch andere als Audience und kein azp, nach dem es für uns ausgestellt wurde. Nehmen Sie die anderen beim Identitätsanbieter aus dem ID-Token heraus (Keycloak: „Add to ID token“ der Audience-Mapper in den Scopes des Clients; anderswo: zusätzliche Audiences des Clients), oder lassen Sie ihn azp mit client_id der Verbindung senden. Access-Tokens dürfen sie behalten.',
    upstream_issuer_mismatch:
      'Ein anderer Issuer hat geantwortet, als die Verbindung nennt. Schreiben Sie issuer genau so, wie die Metadaten des Identitätsanbieters es tun, mit oder ohne Schrägstrich am Ende; bei einem SAML-Anbieter nehmen Sie die Metadaten dessen, der antwortet.',
    upstream_signature_invalid:
      'Die Signatur des ID-Tokens passt nicht zu den veröffentlichten Schlüsseln. Wenn der Anbieter gerade seine Schlüssel gewechselt hat, versuchen Sie es in einer Minute noch einmal; sonst prüfen Sie den Issuer der Verbindung.',
    upstream_token_expired:
      'Das ID-Token war abgelaufen oder galt noch nicht, obwohl die Uhren übereinstimmen. Der Benutzer soll neu beginnen; wenn es bleibt, sehen Sie nach, wie lange ID-Tokens beim Identitätsanbieter gelten und ob etwas zwischen uns alte Antworten wiederholt.',
    upstream_assertion_unasked:
      'Die SAML-Assertion beantwortet keine Anfrage, oder die einer anderen Anmeldung. Anmeldungen beginnen im MCP-Client und nicht beim Identitätsanbieter: Nehmen Sie die Anwendung von dessen Startseite. Hat der Benutzer im Client begonnen, soll er neu beginnen; wenn es bleibt, wiederholt etwas zwischen uns und dem Identitätsanbieter alte Antworten.',
    upstream_assertion_audience:
      'Die SAML-Assertion wurde für einen anderen Dienst oder für eine andere Adresse gemacht. Geben Sie beim Identitätsanbieter unsere Callback-URL als Entity-ID (Audience) und als Adresse des Assertion Consumers ein, oder lassen Sie ihn unsere Metadaten lesen.',
    upstream_assertion_signature:
      'Die SAML-Assertion ist nicht signiert, oder nicht so, dass ihr zu trauen wäre. Lassen Sie den Identitätsanbieter Assertions signieren und nicht nur Antworten, mit RSA und SHA-256. Hat er sein Zertifikat gewechselt, nehmen Sie seine Metadaten neu; mit ihrer Adresse statt der Datei geschieht das von selbst.',
    upstream_assertion_expired:
      'Die SAML-Assertion war abgelaufen oder galt noch nicht. Vergleichen Sie die Uhren dieser Maschine und des Identitätsanbieters (auf dieser Maschine: siehe timedatectl); gehen sie gleich, sehen Sie nach, wie lange Assertions dort gelten und ob der Benutzer auf dessen Seite gewartet hat.',
    upstream_no_refresh_token:
      'Die Anmeldung gelang, aber ohne Refresh-Token wird dort nicht wieder gefragt: Wer entfernt wird, behält Zugang, bis die Zustimmung endet. Lassen Sie den Client dort Refresh-Tokens bekommen (Okta: Grant type Refresh Token; Keycloak: Scope offline_access), oder ergänzen Sie prompt=consent bei den Parametern der Anfrage, wie Google es will.',
    access_scopes_refused:
      'Die Anmeldung hat geklappt, mit weniger Scopes, als die Anwendung wollte: Die Bedingung eines Scopes gilt für diesen Benutzer nicht. Nichts zu tun, außer er soll sie haben; dann vergleichen Sie die Bedingung mit den Claims einer Testanmeldung der Verbindung.',
    claims_cut:
      'Die Anmeldung gelang. Was passed_claims nennt, wurde aus Tokens weggelassen, weil sie sonst größer als 8 KB geworden wären. Lassen Sie den Identitätsanbieter weniger Gruppen senden (nur die der Anwendung), oder verlangen Sie weniger Claims.',
    upstream_clock_skew:
      'Die Uhren dieser Maschine und des Identitätsanbieters gehen um mehr als eine Minute auseinander; die Details nennen, um wie viel und welche vermutlich falsch geht. Stellen Sie beide mit NTP (auf dieser Maschine: siehe timedatectl).',
    upstream_identity_missing:
      'Der Identitätsanbieter hat nicht gesagt, wer der Benutzer ist. Prüfen Sie claims.subject und die Scopes der Verbindung.',
    upstream_interaction_required:
      'Der Identitätsanbieter kann den Benutzer nicht anmelden, ohne ihn zu fragen. Nichts zu tun, wenn der MCP-Client es so wollte (prompt=none): Er fragt noch einmal zusammen mit seinem Benutzer. Sonst prüfen Sie prompt in authorization_parameters der Verbindung.',
    upstream_login_stale:
      'Der MCP-Client wollte eine Anmeldung, die nicht älter ist als eine Zahl von Sekunden (max_age), und der Identitätsanbieter antwortete mit einer älteren. Sehen Sie nach, ob er max_age kennt, oder ob seine Regeln für Sitzungen dem entgegenstehen.',
    upstream_signed_out:
      'Der Identitätsanbieter hat diesen Benutzer während der Anmeldung abgemeldet oder ihm den Zugang genommen. Es ist alles in Ordnung; wer ihn noch haben darf, soll im MCP-Client neu beginnen.',
    expired:
      'Die Anmeldung dauerte länger, als sie darf: zehn Minuten für jede Hälfte, und 90 Sekunden für eine Anfrage, die der MCP-Client vorausgeschickt hat. Der Benutzer soll im MCP-Client neu beginnen.',
    code_replayed:
      'Ein Autorisierungscode wurde zweimal verwendet; deshalb wurde die Freigabe widerrufen. Der Benutzer muss sich neu anmelden; wenn es wiederkehrt, gelangt der Code in fremde Hände, oder der Client versucht es falsch noch einmal.',
    internal_error:
      'Ein Fehler von Vestibule. Suchen Sie die Referenz in seinem Protokoll, und melden Sie ihn.',
  },
)
