CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"hash" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "api_keys_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "idempotent_requests" (
	"id" text PRIMARY KEY NOT NULL,
	"api_key_id" text NOT NULL,
	"fingerprint" text NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"answer" text,
	"started_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"chain" text NOT NULL,
	"sequence" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"action" text NOT NULL,
	"target_kind" text NOT NULL,
	"target_id" text,
	"target_name" text NOT NULL,
	"detail" jsonb NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "audit_log_chain_sequence_pk" PRIMARY KEY("chain","sequence")
);
--> statement-breakpoint
CREATE TABLE "authorization_requests" (
	"id" text PRIMARY KEY NOT NULL,
	"reference" text NOT NULL,
	"server_id" text NOT NULL,
	"client_row_id" text,
	"client_id" text,
	"redirect_uri" text,
	"device_code_id" text,
	"state" text,
	"scope" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"response_mode" text DEFAULT 'query' NOT NULL,
	"client_nonce" text,
	"prompt" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"max_age" integer,
	"ui_locales" text,
	"login_hint" text,
	"pushed_request_hash" text,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"consented_at" timestamp with time zone,
	"remembered_for" text,
	"assumed_scope" jsonb,
	"timeline" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"failure" text GENERATED ALWAYS AS (jsonb_path_query_array("authorization_requests"."timeline", '$[*] ? (@.outcome == "failed").reason') ->> -1) STORED,
	"connection_id" text,
	"attempt_id" text,
	"state_hash" text,
	"nonce" text,
	"code_verifier" text,
	"ended_at" timestamp with time zone,
	"outcome" text,
	"grant_id" text,
	CONSTRAINT "authorization_requests_reference_unique" UNIQUE("reference"),
	CONSTRAINT "authorization_requests_state_hash_unique" UNIQUE("state_hash"),
	CONSTRAINT "authorization_requests_ended" CHECK (("authorization_requests"."ended_at" is null) = ("authorization_requests"."outcome" is null)),
	CONSTRAINT "authorization_requests_complete" CHECK ("authorization_requests"."outcome" is not distinct from 'refused' or ("authorization_requests"."client_row_id" is not null and "authorization_requests"."client_id" is not null and "authorization_requests"."redirect_uri" is not null))
);
--> statement-breakpoint
CREATE TABLE "browser_sessions" (
	"hash" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"connection_id" text NOT NULL,
	"user_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "challenges" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "assertion_ids" (
	"id_hash" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "client_documents" (
	"url" text PRIMARY KEY NOT NULL,
	"body" text NOT NULL,
	"fetched_at" timestamp with time zone NOT NULL,
	"fresh_until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "clients" (
	"id" text PRIMARY KEY NOT NULL,
	"server_id" text NOT NULL,
	"client_id" text NOT NULL,
	"kind" text NOT NULL,
	"name" text,
	"redirect_uris" jsonb NOT NULL,
	"token_endpoint_auth_method" text NOT NULL,
	"secret_hash" text,
	"jwks" jsonb,
	"jwks_uri" text,
	"grant_types" jsonb NOT NULL,
	"scope" jsonb,
	"metadata" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"first_token_at" timestamp with time zone,
	"registration_token_hash" text,
	"deleted_at" timestamp with time zone,
	"blocked_at" timestamp with time zone,
	CONSTRAINT "clients_server_client_id" UNIQUE("server_id","client_id"),
	CONSTRAINT "clients_server_id" UNIQUE("server_id","id")
);
--> statement-breakpoint
CREATE TABLE "connection_tests" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"connection_id" text NOT NULL,
	"operator_id" text NOT NULL,
	"operator_name" text NOT NULL,
	"state_hash" text,
	"nonce" text,
	"code_verifier" text,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"outcome" text NOT NULL,
	"steps" jsonb NOT NULL,
	"claims" jsonb,
	CONSTRAINT "connection_tests_state_hash_unique" UNIQUE("state_hash"),
	CONSTRAINT "connection_tests_outcome" CHECK ("connection_tests"."outcome" in ('running', 'passed', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "device_codes" (
	"id" text PRIMARY KEY NOT NULL,
	"device_code_hash" text NOT NULL,
	"user_code_hash" text NOT NULL,
	"server_id" text NOT NULL,
	"client_row_id" text NOT NULL,
	"client_id" text NOT NULL,
	"scope" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"poll_interval" integer NOT NULL,
	"last_polled_at" timestamp with time zone,
	"polled_early" boolean DEFAULT false NOT NULL,
	"grant_id" text,
	CONSTRAINT "device_codes_device_code_hash_unique" UNIQUE("device_code_hash"),
	CONSTRAINT "device_codes_user_code" UNIQUE("user_code_hash")
);
--> statement-breakpoint
CREATE TABLE "device_guesses" (
	"guesser" text PRIMARY KEY NOT NULL,
	"guesses" integer NOT NULL,
	"resets_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "access_tokens" (
	"hash" text PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"grant_id" text NOT NULL,
	"audience" text NOT NULL,
	"scope" jsonb NOT NULL,
	"issued_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "consents" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"server_id" text NOT NULL,
	"user_id" text NOT NULL,
	"client_row_id" text NOT NULL,
	"redirect_uri" text NOT NULL,
	"resource" text NOT NULL,
	"scope" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "consents_answer" UNIQUE("user_id","client_row_id","redirect_uri","resource")
);
--> statement-breakpoint
CREATE TABLE "grants" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"server_id" text NOT NULL,
	"user_id" text,
	"client_row_id" text NOT NULL,
	"kind" text DEFAULT 'login' NOT NULL,
	"client_id" text NOT NULL,
	"redirect_uri" text,
	"scope" jsonb NOT NULL,
	"claims" jsonb NOT NULL,
	"nonce" text,
	"auth_time" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"code_hash" text,
	"redeemed_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"revoked_reason" text,
	CONSTRAINT "grants_code_hash" UNIQUE("code_hash"),
	CONSTRAINT "grants_user" CHECK (("grants"."user_id" is null) = ("grants"."kind" = 'service'))
);
--> statement-breakpoint
CREATE TABLE "refresh_tokens" (
	"hash" text PRIMARY KEY NOT NULL,
	"grant_id" text NOT NULL,
	"nonce" text NOT NULL,
	"key_id" text NOT NULL,
	"issued_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"rotated_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "revoked_access_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"grant_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "upstream_tokens" (
	"grant_id" text PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"access_token" text NOT NULL,
	"refresh_token" text,
	"id_token" text,
	"scope" text,
	"granted_scope" text,
	"unnarrowable_to" text,
	"expires_at" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	"revision" integer DEFAULT 0 NOT NULL,
	"lease_id" text,
	"lease_expires_at" timestamp with time zone,
	"failing_since" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"retry_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"token_hash" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"inviter_id" text NOT NULL,
	CONSTRAINT "invitations_token_hash_unique" UNIQUE("token_hash"),
	CONSTRAINT "invitations_status" CHECK ("invitations"."status" in ('pending', 'accepted', 'withdrawn'))
);
--> statement-breakpoint
CREATE TABLE "members" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"operator_id" text NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "members_organization_operator" UNIQUE("organization_id","operator_id")
);
--> statement-breakpoint
CREATE TABLE "operator_accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"operator_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "operator_passkeys" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text,
	"public_key" text NOT NULL,
	"operator_id" text NOT NULL,
	"credential_id" text NOT NULL,
	"counter" integer NOT NULL,
	"device_type" text NOT NULL,
	"backed_up" boolean NOT NULL,
	"transports" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"aaguid" text,
	CONSTRAINT "operator_passkeys_credential_id_unique" UNIQUE("credential_id")
);
--> statement-breakpoint
CREATE TABLE "operator_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"token" text NOT NULL,
	"operator_id" text NOT NULL,
	"active_organization_id" text,
	"ip_address" text,
	"user_agent" text,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "operator_sessions_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "operator_two_factors" (
	"id" text PRIMARY KEY NOT NULL,
	"secret" text NOT NULL,
	"backup_codes" text NOT NULL,
	"operator_id" text NOT NULL,
	"verified" boolean DEFAULT true,
	"failed_verification_count" integer DEFAULT 0,
	"locked_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "operator_used_codes" (
	"operator_id" text NOT NULL,
	"code_hash" text NOT NULL,
	"used_at" timestamp with time zone NOT NULL,
	CONSTRAINT "operator_used_codes_operator_id_code_hash_pk" PRIMARY KEY("operator_id","code_hash")
);
--> statement-breakpoint
CREATE TABLE "operator_verifications" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "operators" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"two_factor_enabled" boolean DEFAULT false,
	"is_installation_operator" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "operators_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "connections" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"type" text NOT NULL,
	"settings" jsonb NOT NULL,
	"client_id" text NOT NULL,
	"client_secret" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "connections_organization_slug" UNIQUE("organization_id","slug"),
	CONSTRAINT "connections_organization_id" UNIQUE("organization_id","id"),
	CONSTRAINT "connections_type" CHECK ("connections"."type" in ('oidc', 'oauth2', 'platform'))
);
--> statement-breakpoint
CREATE TABLE "organizations" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"logo" text,
	"metadata" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "organizations_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"identity_source" text NOT NULL,
	"subject" text NOT NULL,
	"email" text,
	"email_verified" boolean DEFAULT false NOT NULL,
	"name" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_login_at" timestamp with time zone NOT NULL,
	"blocked_at" timestamp with time zone,
	CONSTRAINT "users_identity" UNIQUE("organization_id","identity_source","subject"),
	CONSTRAINT "users_organization_id" UNIQUE("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "platform_accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"user_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "platform_codes" (
	"hash" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"connection_id" text NOT NULL,
	"code_challenge" text NOT NULL,
	"auth_time" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "platform_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"token" text NOT NULL,
	"user_id" text NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "platform_sessions_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "platform_users" (
	"id" text PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"address" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"link_hash" text,
	"link_expires_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "platform_users_email_unique" UNIQUE("email"),
	CONSTRAINT "platform_users_link_hash_unique" UNIQUE("link_hash")
);
--> statement-breakpoint
CREATE TABLE "platform_verifications" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pushed_requests" (
	"hash" text PRIMARY KEY NOT NULL,
	"server_id" text NOT NULL,
	"client_id" text NOT NULL,
	"parameters" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sealing_keys" (
	"key_id" text PRIMARY KEY NOT NULL,
	"first_used_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "security_events" (
	"id" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"server_id" text NOT NULL,
	"kind" text NOT NULL,
	"grant_id" text,
	"user_id" text,
	"client_id" text,
	"detail" text
);
--> statement-breakpoint
CREATE TABLE "server_branding" (
	"server_id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"name" text,
	"accent_light" text,
	"accent_dark" text,
	"logo" "bytea",
	"logo_type" text,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "server_branding_accent" CHECK (("server_branding"."accent_light" is null) = ("server_branding"."accent_dark" is null) and "server_branding"."accent_light" ~ '^#[0-9a-f]{6}$' and "server_branding"."accent_dark" ~ '^#[0-9a-f]{6}$'),
	CONSTRAINT "server_branding_logo" CHECK (("server_branding"."logo" is null) = ("server_branding"."logo_type" is null) and octet_length("server_branding"."logo") <= 102400)
);
--> statement-breakpoint
CREATE TABLE "servers" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"connection_id" text NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"issuer" text NOT NULL,
	"host" text,
	"is_default" boolean DEFAULT false NOT NULL,
	"resource" text NOT NULL,
	"resource_origin" text GENERATED ALWAYS AS (regexp_replace(lower(substring("servers"."resource" from '^[^:]+://[^/?#]+')), '^(https://.*):443$|^(http://.*):80$', '\1\2')) STORED NOT NULL,
	"aliases" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"scopes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"client_policy" jsonb DEFAULT '"any"' NOT NULL,
	"registration" jsonb DEFAULT '{"quota":10000}'::jsonb NOT NULL,
	"trusted_issuers" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"device_grant" boolean DEFAULT false NOT NULL,
	"token_format" text DEFAULT 'jwt' NOT NULL,
	"access_token_lifetime" integer NOT NULL,
	"refresh_token_lifetime" integer NOT NULL,
	"passed_claims" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"resource_secret_hash" text,
	"handoff_scopes" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "servers_slug_unique" UNIQUE("slug"),
	CONSTRAINT "servers_issuer_unique" UNIQUE("issuer"),
	CONSTRAINT "servers_host_unique" UNIQUE("host"),
	CONSTRAINT "servers_organization_id" UNIQUE("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"kid" text PRIMARY KEY NOT NULL,
	"server_id" text NOT NULL,
	"public_jwk" jsonb NOT NULL,
	"private_key" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"activates_at" timestamp with time zone DEFAULT now() NOT NULL,
	"withdrawn_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotent_requests" ADD CONSTRAINT "idempotent_requests_api_key_id_api_keys_id_fk" FOREIGN KEY ("api_key_id") REFERENCES "public"."api_keys"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorization_requests" ADD CONSTRAINT "authorization_requests_server_id_servers_id_fk" FOREIGN KEY ("server_id") REFERENCES "public"."servers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorization_requests" ADD CONSTRAINT "authorization_requests_device_code_id_device_codes_id_fk" FOREIGN KEY ("device_code_id") REFERENCES "public"."device_codes"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorization_requests" ADD CONSTRAINT "authorization_requests_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorization_requests" ADD CONSTRAINT "authorization_requests_grant_id_grants_id_fk" FOREIGN KEY ("grant_id") REFERENCES "public"."grants"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "authorization_requests" ADD CONSTRAINT "authorization_requests_client_of_same_server" FOREIGN KEY ("server_id","client_row_id") REFERENCES "public"."clients"("server_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "browser_sessions" ADD CONSTRAINT "browser_sessions_connection_of_same_organization" FOREIGN KEY ("organization_id","connection_id") REFERENCES "public"."connections"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "browser_sessions" ADD CONSTRAINT "browser_sessions_user_of_same_organization" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."users"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "clients" ADD CONSTRAINT "clients_server_id_servers_id_fk" FOREIGN KEY ("server_id") REFERENCES "public"."servers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connection_tests" ADD CONSTRAINT "connection_tests_connection_of_same_organization" FOREIGN KEY ("organization_id","connection_id") REFERENCES "public"."connections"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_codes" ADD CONSTRAINT "device_codes_grant_id_grants_id_fk" FOREIGN KEY ("grant_id") REFERENCES "public"."grants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_codes" ADD CONSTRAINT "device_codes_client_of_same_server" FOREIGN KEY ("server_id","client_row_id") REFERENCES "public"."clients"("server_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_tokens" ADD CONSTRAINT "access_tokens_grant_id_grants_id_fk" FOREIGN KEY ("grant_id") REFERENCES "public"."grants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_server_of_same_organization" FOREIGN KEY ("organization_id","server_id") REFERENCES "public"."servers"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_user_of_same_organization" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."users"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_client_of_same_server" FOREIGN KEY ("server_id","client_row_id") REFERENCES "public"."clients"("server_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_server_of_same_organization" FOREIGN KEY ("organization_id","server_id") REFERENCES "public"."servers"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_user_of_same_organization" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."users"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_client_of_same_server" FOREIGN KEY ("server_id","client_row_id") REFERENCES "public"."clients"("server_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_grant_id_grants_id_fk" FOREIGN KEY ("grant_id") REFERENCES "public"."grants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revoked_access_tokens" ADD CONSTRAINT "revoked_access_tokens_grant_id_grants_id_fk" FOREIGN KEY ("grant_id") REFERENCES "public"."grants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "upstream_tokens" ADD CONSTRAINT "upstream_tokens_grant_id_grants_id_fk" FOREIGN KEY ("grant_id") REFERENCES "public"."grants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "upstream_tokens" ADD CONSTRAINT "upstream_tokens_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_inviter_id_operators_id_fk" FOREIGN KEY ("inviter_id") REFERENCES "public"."operators"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operator_accounts" ADD CONSTRAINT "operator_accounts_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operator_passkeys" ADD CONSTRAINT "operator_passkeys_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operator_sessions" ADD CONSTRAINT "operator_sessions_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operator_two_factors" ADD CONSTRAINT "operator_two_factors_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operator_used_codes" ADD CONSTRAINT "operator_used_codes_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform_accounts" ADD CONSTRAINT "platform_accounts_user_id_platform_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."platform_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform_codes" ADD CONSTRAINT "platform_codes_user_id_platform_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."platform_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform_sessions" ADD CONSTRAINT "platform_sessions_user_id_platform_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."platform_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "platform_users" ADD CONSTRAINT "platform_users_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pushed_requests" ADD CONSTRAINT "pushed_requests_server_id_servers_id_fk" FOREIGN KEY ("server_id") REFERENCES "public"."servers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "security_events" ADD CONSTRAINT "security_events_server_id_servers_id_fk" FOREIGN KEY ("server_id") REFERENCES "public"."servers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "server_branding" ADD CONSTRAINT "server_branding_server_of_same_organization" FOREIGN KEY ("organization_id","server_id") REFERENCES "public"."servers"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "servers" ADD CONSTRAINT "servers_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "servers" ADD CONSTRAINT "servers_connection_of_same_organization" FOREIGN KEY ("organization_id","connection_id") REFERENCES "public"."connections"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "signing_keys" ADD CONSTRAINT "signing_keys_server_id_servers_id_fk" FOREIGN KEY ("server_id") REFERENCES "public"."servers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_organization" ON "api_keys" USING btree ("organization_id","name","id");--> statement-breakpoint
CREATE INDEX "idempotent_requests_api_key" ON "idempotent_requests" USING btree ("api_key_id");--> statement-breakpoint
CREATE INDEX "idempotent_requests_expires_at" ON "idempotent_requests" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "audit_log_at" ON "audit_log" USING btree ("chain","at");--> statement-breakpoint
CREATE INDEX "authorization_requests_server" ON "authorization_requests" USING btree ("server_id","created_at","id");--> statement-breakpoint
CREATE INDEX "authorization_requests_outcome" ON "authorization_requests" USING btree ("server_id","outcome","created_at","id","failure");--> statement-breakpoint
CREATE INDEX "authorization_requests_failure" ON "authorization_requests" USING btree ("server_id","failure","created_at","id") WHERE "authorization_requests"."failure" is not null;--> statement-breakpoint
CREATE INDEX "authorization_requests_client_id" ON "authorization_requests" USING btree ("server_id","client_id","created_at","id");--> statement-breakpoint
CREATE INDEX "authorization_requests_login_hint" ON "authorization_requests" USING btree ("server_id",lower("login_hint")) WHERE "authorization_requests"."login_hint" is not null;--> statement-breakpoint
CREATE INDEX "authorization_requests_remembered" ON "authorization_requests" USING btree ("remembered_for") WHERE "authorization_requests"."remembered_for" is not null;--> statement-breakpoint
CREATE INDEX "authorization_requests_client" ON "authorization_requests" USING btree ("server_id","client_row_id");--> statement-breakpoint
CREATE INDEX "authorization_requests_connection" ON "authorization_requests" USING btree ("connection_id");--> statement-breakpoint
CREATE INDEX "authorization_requests_device_code" ON "authorization_requests" USING btree ("device_code_id");--> statement-breakpoint
CREATE INDEX "authorization_requests_grant" ON "authorization_requests" USING btree ("grant_id");--> statement-breakpoint
CREATE INDEX "authorization_requests_created_at" ON "authorization_requests" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "authorization_requests_pushed" ON "authorization_requests" USING btree ("pushed_request_hash") WHERE "authorization_requests"."pushed_request_hash" is not null;--> statement-breakpoint
CREATE INDEX "authorization_requests_secrets" ON "authorization_requests" USING btree ("expires_at") WHERE code_verifier is not null;--> statement-breakpoint
CREATE INDEX "browser_sessions_connection" ON "browser_sessions" USING btree ("organization_id","connection_id");--> statement-breakpoint
CREATE INDEX "browser_sessions_user" ON "browser_sessions" USING btree ("organization_id","user_id");--> statement-breakpoint
CREATE INDEX "browser_sessions_expires_at" ON "browser_sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "challenges_expires_at" ON "challenges" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "assertion_ids_expires_at" ON "assertion_ids" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "client_documents_fetched_at" ON "client_documents" USING btree ("fetched_at");--> statement-breakpoint
CREATE INDEX "clients_server_created_at" ON "clients" USING btree ("server_id","created_at","id");--> statement-breakpoint
CREATE INDEX "clients_name" ON "clients" USING btree ("server_id",lower("name") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "clients_unused_of_server" ON "clients" USING btree ("server_id","created_at") WHERE kind = 'registered' and first_token_at is null and deleted_at is null;--> statement-breakpoint
CREATE INDEX "clients_unused" ON "clients" USING btree ("created_at") WHERE kind = 'registered' and first_token_at is null and deleted_at is null;--> statement-breakpoint
CREATE INDEX "clients_deleted_at" ON "clients" USING btree ("deleted_at") WHERE deleted_at is not null;--> statement-breakpoint
CREATE INDEX "connection_tests_connection" ON "connection_tests" USING btree ("organization_id","connection_id","created_at");--> statement-breakpoint
CREATE INDEX "connection_tests_created_at" ON "connection_tests" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "device_codes_client" ON "device_codes" USING btree ("server_id","client_row_id");--> statement-breakpoint
CREATE INDEX "device_codes_grant" ON "device_codes" USING btree ("grant_id");--> statement-breakpoint
CREATE INDEX "device_codes_expires_at" ON "device_codes" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "device_guesses_resets_at" ON "device_guesses" USING btree ("resets_at");--> statement-breakpoint
CREATE INDEX "access_tokens_grant" ON "access_tokens" USING btree ("grant_id");--> statement-breakpoint
CREATE INDEX "access_tokens_expires_at" ON "access_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "consents_server" ON "consents" USING btree ("organization_id","server_id");--> statement-breakpoint
CREATE INDEX "consents_user" ON "consents" USING btree ("organization_id","user_id");--> statement-breakpoint
CREATE INDEX "consents_client" ON "consents" USING btree ("server_id","client_row_id");--> statement-breakpoint
CREATE UNIQUE INDEX "grants_service" ON "grants" USING btree ("server_id","client_row_id") WHERE "grants"."kind" = 'service' and "grants"."revoked_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "grants_assertion" ON "grants" USING btree ("server_id","client_row_id","user_id") WHERE "grants"."kind" = 'assertion' and "grants"."revoked_at" is null;--> statement-breakpoint
CREATE INDEX "grants_server" ON "grants" USING btree ("organization_id","server_id","created_at","id");--> statement-breakpoint
CREATE INDEX "grants_created_at" ON "grants" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "grants_revoked_at" ON "grants" USING btree ("organization_id","revoked_at") WHERE "grants"."revoked_at" is not null;--> statement-breakpoint
CREATE INDEX "grants_user" ON "grants" USING btree ("organization_id","user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "grants_client" ON "grants" USING btree ("server_id","client_row_id","created_at","id");--> statement-breakpoint
CREATE INDEX "grants_unredeemed" ON "grants" USING btree ("created_at") WHERE redeemed_at is null;--> statement-breakpoint
CREATE INDEX "refresh_tokens_grant" ON "refresh_tokens" USING btree ("grant_id");--> statement-breakpoint
CREATE INDEX "refresh_tokens_expires_at" ON "refresh_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "revoked_access_tokens_grant" ON "revoked_access_tokens" USING btree ("grant_id");--> statement-breakpoint
CREATE INDEX "revoked_access_tokens_expires_at" ON "revoked_access_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "upstream_tokens_connection" ON "upstream_tokens" USING btree ("connection_id");--> statement-breakpoint
CREATE INDEX "upstream_tokens_ended" ON "upstream_tokens" USING btree ("ended_at") WHERE "upstream_tokens"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX "invitations_organization" ON "invitations" USING btree ("organization_id");--> statement-breakpoint
CREATE INDEX "members_operator" ON "members" USING btree ("operator_id");--> statement-breakpoint
CREATE INDEX "operator_accounts_operator" ON "operator_accounts" USING btree ("operator_id");--> statement-breakpoint
CREATE INDEX "operator_passkeys_operator" ON "operator_passkeys" USING btree ("operator_id");--> statement-breakpoint
CREATE INDEX "operator_sessions_operator" ON "operator_sessions" USING btree ("operator_id");--> statement-breakpoint
CREATE INDEX "operator_two_factors_operator" ON "operator_two_factors" USING btree ("operator_id");--> statement-breakpoint
CREATE INDEX "operator_verifications_identifier" ON "operator_verifications" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "users_email" ON "users" USING btree ("organization_id",lower("email") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "users_subject" ON "users" USING btree ("organization_id","subject");--> statement-breakpoint
CREATE INDEX "users_last_login" ON "users" USING btree ("organization_id","last_login_at","id");--> statement-breakpoint
CREATE INDEX "platform_accounts_user" ON "platform_accounts" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "platform_codes_user" ON "platform_codes" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "platform_codes_expires_at" ON "platform_codes" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "platform_sessions_user" ON "platform_sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "platform_users_connection" ON "platform_users" USING btree ("connection_id","address");--> statement-breakpoint
CREATE INDEX "platform_verifications_identifier" ON "platform_verifications" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "pushed_requests_server" ON "pushed_requests" USING btree ("server_id");--> statement-breakpoint
CREATE INDEX "pushed_requests_expires_at" ON "pushed_requests" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "security_events_server_at" ON "security_events" USING btree ("server_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "servers_one_default" ON "servers" USING btree ("is_default") WHERE "servers"."is_default";--> statement-breakpoint
CREATE INDEX "servers_connection" ON "servers" USING btree ("organization_id","connection_id");--> statement-breakpoint
CREATE INDEX "servers_resource_origin" ON "servers" USING btree ("resource_origin");--> statement-breakpoint
CREATE INDEX "signing_keys_server" ON "signing_keys" USING btree ("server_id");