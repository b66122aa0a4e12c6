CREATE TABLE "organization_days" (
	"organization_id" text NOT NULL,
	"day" date NOT NULL,
	"completed" integer NOT NULL,
	"failed" integer NOT NULL,
	"refreshes" integer NOT NULL,
	"grants" integer NOT NULL,
	"failures" jsonb NOT NULL,
	"relogins" jsonb NOT NULL,
	CONSTRAINT "organization_days_organization_id_day_pk" PRIMARY KEY("organization_id","day")
);
--> statement-breakpoint
CREATE TABLE "unchained_events" (
	"event_id" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "setup_links" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"connection_id" text NOT NULL,
	"connection_name" text NOT NULL,
	"label" text NOT NULL,
	"token_hash" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"ending" text,
	CONSTRAINT "setup_links_token_hash_unique" UNIQUE("token_hash"),
	CONSTRAINT "setup_links_ending" CHECK (("setup_links"."ended_at" is null) = ("setup_links"."ending" is null) and "setup_links"."ending" in ('revoked', 'finished', 'connection_deleted'))
);
--> statement-breakpoint
CREATE TABLE "sign_in_attempts" (
	"account" text PRIMARY KEY NOT NULL,
	"attempts" integer NOT NULL,
	"blocked_until" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"webhook_id" text NOT NULL,
	"sequence" bigint NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone NOT NULL,
	"last_attempt_at" timestamp with time zone,
	"last_status" integer,
	"last_problem" text,
	"last_answer" text,
	"ended_at" timestamp with time zone,
	CONSTRAINT "webhook_deliveries_entry" UNIQUE("webhook_id","sequence"),
	CONSTRAINT "webhook_deliveries_state" CHECK ("webhook_deliveries"."state" in ('waiting', 'delivered', 'dead'))
);
--> statement-breakpoint
CREATE TABLE "webhooks" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"url" text NOT NULL,
	"actions" jsonb NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"gone_at" timestamp with time zone,
	"secret" text NOT NULL,
	"previous_secret" text,
	"previous_secret_until" timestamp with time zone,
	"cursor" bigint NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"resumes_at" timestamp with time zone,
	"lease" text,
	"leased_until" timestamp with time zone,
	"served_at" timestamp with time zone,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
DROP INDEX "authorization_requests_connection";--> statement-breakpoint
DROP INDEX "grants_created_at";--> statement-breakpoint
DROP INDEX "refresh_tokens_grant";--> statement-breakpoint
ALTER TABLE "invitations" ALTER COLUMN "inviter_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "grants" ADD COLUMN "network" text;--> statement-breakpoint
ALTER TABLE "refresh_tokens" ADD COLUMN "network" text;--> statement-breakpoint
ALTER TABLE "invitations" ADD COLUMN "inviter_key_id" text;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "may_be_internal" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "servers" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "organization_days" ADD CONSTRAINT "organization_days_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "unchained_events" ADD CONSTRAINT "unchained_events_event_id_security_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."security_events"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "setup_links" ADD CONSTRAINT "setup_links_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_webhook_id_webhooks_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "organization_days_day" ON "organization_days" USING btree ("day");--> statement-breakpoint
CREATE INDEX "unchained_events_at" ON "unchained_events" USING btree ("at");--> statement-breakpoint
CREATE INDEX "setup_links_organization" ON "setup_links" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "setup_links_connection" ON "setup_links" USING btree ("connection_id");--> statement-breakpoint
CREATE INDEX "setup_links_expires_at" ON "setup_links" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "sign_in_attempts_expires_at" ON "sign_in_attempts" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_state_entry" ON "webhook_deliveries" USING btree ("webhook_id","state","sequence");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_ended" ON "webhook_deliveries" USING btree ("state","ended_at");--> statement-breakpoint
CREATE INDEX "webhooks_organization" ON "webhooks" USING btree ("organization_id","created_at");--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_inviter_key_id_api_keys_id_fk" FOREIGN KEY ("inviter_key_id") REFERENCES "public"."api_keys"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "authorization_requests_connection" ON "authorization_requests" USING btree ("connection_id","outcome","created_at");--> statement-breakpoint
CREATE INDEX "grants_created_at" ON "grants" USING btree ("organization_id","created_at","id","revoked_at");--> statement-breakpoint
CREATE INDEX "refresh_tokens_grant" ON "refresh_tokens" USING btree ("grant_id","issued_at");--> statement-breakpoint
ALTER TABLE "operator_accounts" ADD CONSTRAINT "operator_accounts_account" UNIQUE("provider_id","account_id");--> statement-breakpoint
ALTER TABLE "operator_accounts" ADD CONSTRAINT "operator_accounts_provider" UNIQUE("operator_id","provider_id");--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_inviter" CHECK (("invitations"."inviter_id" is null) <> ("invitations"."inviter_key_id" is null));