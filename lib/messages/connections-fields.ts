/** What is asked for of each identity provider, in the words that are used there. */

export const FIELDS_EN = {
  'field.name': 'Name',
  'field.name.hint': 'Users see it before they sign in: “Next, you’ll sign in with {provider}.”',
  'field.issuer': 'Issuer',
  'field.issuer.hint':
    'An https address, such as https://login.example.com. The address of the metadata works too.',
  'field.domain': 'Domain',
  'field.domain.okta': 'As in the address bar of your Okta, such as acme.okta.com.',
  'field.domain.auth0': 'Applications → your application → Settings → Domain, such as acme.eu.auth0.com.',
  'field.tenant': 'Directory (tenant) ID',
  'field.tenant.hint':
    'App registrations → your app → Overview. It looks like 1b4e28ba-2fa1-11d2-883f-0016d3cca427. For an app of several organizations, enter the IDs of all, separated by spaces.',
  'field.base_url': 'Address of Keycloak',
  'field.base_url.hint': 'Such as https://sso.example.com; with /auth at its end for versions before 17.',
  'field.realm': 'Realm',
  'field.realm.hint': 'The name of the realm that your users are in, not “master”.',
  'field.user_pool': 'User pool ID',
  'field.user_pool.hint': 'User pools → your pool → Overview. It looks like eu-central-1_AbCdEf123.',
  'field.authorization_endpoint': 'Authorization endpoint',
  'field.authorization_endpoint.hint': 'Where the browser is sent to sign in.',
  'field.token_endpoint': 'Token endpoint',
  'field.token_endpoint.hint': 'Where codes are redeemed.',
  'field.userinfo_endpoint': 'User info endpoint',
  'field.userinfo_endpoint.hint': 'Returns the user’s identity as JSON for an access token.',
  'field.subject_claim': 'Claim that identifies the user',
  'field.subject_claim.hint':
    'It must never change or be reassigned: an ID, not an email address. Leave empty for “sub”.',
  'field.client_id': 'Client ID',
  'field.client_id.entra': 'App registrations → your app → Overview → Application (client) ID.',
  'field.client_secret': 'Client secret',
  'field.client_secret.entra': 'Certificates & secrets: the “Value”, not the “Secret ID”.',
  'field.client_secret.kept': 'One is stored. Leave this empty to keep it.',
  'field.client_secret.write': 'Stored encrypted and never shown again.',
  'field.client_secret_ends': 'The secret expires on',
  'field.client_secret_ends.hint':
    'If the provider shows a date: administrators are reminded 14 days before. Change it together with the secret.',
  'field.more': 'More',
  'field.slug': 'Short name',
  'field.slug.hint':
    'For addresses and configuration files: a-z, 0-9 and dashes. Leave empty to derive it from the name.',
  'field.scopes': 'Scopes',
  'field.scopes.hint':
    'Requested at every sign-in, separated by spaces. offline_access requests a refresh token.',
  'field.authorization_parameters': 'Additional parameters of the authorization request',
  'field.authorization_parameters.hint': 'One per line, such as prompt=login.',
  'field.token_endpoint_auth_method': 'How the secret is sent',
  'field.method.client_secret_basic': 'In a header (client_secret_basic)',
  'field.method.client_secret_basic_raw': 'In a header, not encoded (client_secret_basic_raw)',
  'field.method.client_secret_post': 'In the body (client_secret_post)',
  'field.method.private_key_jwt': 'No secret, but our signature (private_key_jwt)',
  'field.method.none': 'No secret (public client)',
  'field.sign_requests': 'Sign our requests',
  'field.sign_requests.hint':
    'The provider finds the certificate in our metadata. Choose if its metadata doesn’t say what it wants.',
  'field.sign_requests.metadata': 'As the provider’s metadata says',
  'field.sign_requests.true': 'Always',
  'field.sign_requests.false': 'Never',
  'field.certificate_authorities': 'Certificates of private authorities',
  'field.certificate_authorities.hint':
    'In PEM, if the provider’s certificate comes from an authority of your own. They count for this connection alone.',
  'field.forward_resource': 'Tell the provider which MCP server the request is for (resource)',
  'field.forward_resource.hint':
    'Only for providers that support it. Microsoft Entra ID rejects such sign-ins.',
  'field.saml_metadata': 'Metadata of the provider',
  'field.saml_metadata.hint': 'Its https address, or the XML itself.',
  'field.metadata_url': 'Address of the metadata',
  'field.metadata_url.hint':
    'Only if the metadata is not under the issuer, as with Azure AD B2C, or where the provider has another address inside your network.',
  'field.allowed_tenants': 'Tenants whose users may sign in',
  'field.allowed_tenants.hint':
    'Directory IDs, separated by spaces; only for an issuer with {tenantid} in place of the tenant.',
  'field.pkce': 'Send PKCE',
  'field.pkce.hint':
    'Providers that don’t support it usually ignore it; turn it off only where it is refused.',
} as const

export const FIELDS_DE: Readonly<Record<keyof typeof FIELDS_EN, string>> = {
  'field.name': 'Name',
  'field.name.hint': 'Benutzer sehen ihn vor der Anmeldung: „Danach melden Sie sich mit {provider} an.“',
  'field.issuer': 'Issuer',
  'field.issuer.hint':
    'Eine https-Adresse wie https://login.example.com. Die Adresse der Metadaten geht auch.',
  'field.domain': 'Domain',
  'field.domain.okta': 'Wie in der Adresszeile Ihres Okta, etwa acme.okta.com.',
  'field.domain.auth0': 'Applications → Ihre Anwendung → Settings → Domain, etwa acme.eu.auth0.com.',
  'field.tenant': 'Verzeichnis-ID (Mandant)',
  'field.tenant.hint':
    'App-Registrierungen → Ihre App → Übersicht. Sie sieht aus wie 1b4e28ba-2fa1-11d2-883f-0016d3cca427. Für eine App mehrerer Organisationen geben Sie alle IDs ein, durch Leerzeichen getrennt.',
  'field.base_url': 'Adresse von Keycloak',
  'field.base_url.hint': 'Etwa https://sso.example.com; mit /auth am Ende bei Versionen vor 17.',
  'field.realm': 'Realm',
  'field.realm.hint': 'Der Name des Realms, in dem Ihre Benutzer sind, nicht „master“.',
  'field.user_pool': 'User-Pool-ID',
  'field.user_pool.hint': 'User pools → Ihr Pool → Overview. Sie sieht aus wie eu-central-1_AbCdEf123.',
  'field.authorization_endpoint': 'Authorization-Endpunkt',
  'field.authorization_endpoint.hint': 'Wohin der Browser zur Anmeldung geschickt wird.',
  'field.token_endpoint': 'Token-Endpunkt',
  'field.token_endpoint.hint': 'Wo Codes eingelöst werden.',
  'field.userinfo_endpoint': 'Userinfo-Endpunkt',
  'field.userinfo_endpoint.hint': 'Liefert zu einem Access-Token die Identität des Benutzers als JSON.',
  'field.subject_claim': 'Claim, der den Benutzer kennzeichnet',
  'field.subject_claim.hint':
    'Er darf sich nie ändern oder neu vergeben werden: eine ID, keine E-Mail-Adresse. Leer lassen für „sub“.',
  'field.client_id': 'Client-ID',
  'field.client_id.entra': 'App-Registrierungen → Ihre App → Übersicht → Anwendungs-ID (Client).',
  'field.client_secret': 'Client-Secret',
  'field.client_secret.entra': 'Zertifikate & Geheimnisse: der „Wert“, nicht die „Geheime ID“.',
  'field.client_secret.kept': 'Eines ist gespeichert. Lassen Sie dies leer, um es zu behalten.',
  'field.client_secret.write': 'Wird verschlüsselt gespeichert und nie wieder gezeigt.',
  'field.client_secret_ends': 'Das Secret läuft ab am',
  'field.client_secret_ends.hint':
    'Wenn der Anbieter ein Datum zeigt: Administratoren werden 14 Tage vorher erinnert. Ändern Sie es zusammen mit dem Secret.',
  'field.more': 'Mehr',
  'field.slug': 'Kurzname',
  'field.slug.hint':
    'Für Adressen und Konfigurationsdateien: a-z, 0-9 und Bindestriche. Leer lassen, um ihn aus dem Namen abzuleiten.',
  'field.scopes': 'Scopes',
  'field.scopes.hint':
    'Werden bei jeder Anmeldung angefordert, durch Leerzeichen getrennt. offline_access fordert ein Refresh-Token an.',
  'field.authorization_parameters': 'Weitere Parameter der Anmeldung',
  'field.authorization_parameters.hint': 'Einer je Zeile, etwa prompt=login.',
  'field.token_endpoint_auth_method': 'Wie das Secret gesendet wird',
  'field.method.client_secret_basic': 'In einer Kopfzeile (client_secret_basic)',
  'field.method.client_secret_basic_raw': 'In einer Kopfzeile, nicht kodiert (client_secret_basic_raw)',
  'field.method.client_secret_post': 'Im Inhalt (client_secret_post)',
  'field.method.private_key_jwt': 'Kein Secret, sondern unsere Signatur (private_key_jwt)',
  'field.method.none': 'Kein Secret (öffentlicher Client)',
  'field.sign_requests': 'Unsere Anfragen signieren',
  'field.sign_requests.hint':
    'Das Zertifikat findet der Anbieter in unseren Metadaten. Wählen Sie, wenn seine Metadaten nicht sagen, was er will.',
  'field.sign_requests.metadata': 'Wie es die Metadaten des Anbieters sagen',
  'field.sign_requests.true': 'Immer',
  'field.sign_requests.false': 'Nie',
  'field.certificate_authorities': 'Zertifikate eigener Zertifizierungsstellen',
  'field.certificate_authorities.hint':
    'In PEM, wenn das Zertifikat des Anbieters von einer eigenen Stelle kommt. Sie gelten nur für diese Verbindung.',
  'field.forward_resource': 'Dem Anbieter mitteilen, für welchen MCP-Server die Anfrage ist (resource)',
  'field.forward_resource.hint':
    'Nur bei Anbietern, die das unterstützen. Microsoft Entra ID weist solche Anmeldungen ab.',
  'field.saml_metadata': 'Metadaten des Anbieters',
  'field.saml_metadata.hint': 'Die https-Adresse, oder das XML selbst.',
  'field.metadata_url': 'Adresse der Metadaten',
  'field.metadata_url.hint':
    'Nur wenn die Metadaten nicht unter dem Issuer liegen, wie bei Azure AD B2C, oder wenn der Anbieter in Ihrem Netz eine andere Adresse hat.',
  'field.allowed_tenants': 'Mandanten, deren Benutzer sich anmelden dürfen',
  'field.allowed_tenants.hint':
    'Verzeichnis-IDs, durch Leerzeichen getrennt; nur für einen Issuer mit {tenantid} anstelle des Mandanten.',
  'field.pkce': 'PKCE senden',
  'field.pkce.hint':
    'Anbieter, die es nicht unterstützen, ignorieren es in der Regel; schalten Sie es nur aus, wo es abgelehnt wird.',
}
