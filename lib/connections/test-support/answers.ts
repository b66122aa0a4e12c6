/** What an administrator may enter for each field of a preset. */
export const ANSWERS = {
  issuer: ' https://login.acme.com/.well-known/openid-configuration ',
  domain: 'https://acme-admin.okta.com/admin/apps',
  tenant: '1B4E28BA-2FA1-11D2-883F-0016D3CCA427',
  base_url: 'https://sso.acme.com/',
  realm: 'staff',
  user_pool: 'eu-central-1_AbCdEf123',
  authorization_endpoint: 'https://a.acme.com/authorize',
  token_endpoint: 'https://a.acme.com/token ',
  userinfo_endpoint: 'https://a.acme.com/me',
  subject_claim: 'data.id',
  saml_metadata: ' https://login.acme.com/saml/metadata',
}
