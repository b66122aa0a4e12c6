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
ALTER TABLE "upstream_tokens" ADD COLUMN "connection_id" text;--> statement-breakpoint
ALTER TABLE "upstream_tokens" ADD COLUMN "granted_scope" text;--> statement-breakpoint
ALTER TABLE "upstream_tokens" ADD COLUMN "unnarrowable_to" text;--> statement-breakpoint
ALTER TABLE "upstream_tokens" ADD COLUMN "revision" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "upstream_tokens" ADD COLUMN "lease_id" text;--> statement-breakpoint
ALTER TABLE "upstream_tokens" ADD COLUMN "lease_expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "upstream_tokens" ADD COLUMN "failing_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "upstream_tokens" ADD COLUMN "failures" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "upstream_tokens" ADD COLUMN "retry_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "upstream_tokens" ADD COLUMN "ended_at" timestamp with time zone;--> statement-breakpoint
UPDATE "upstream_tokens" SET "connection_id" = "servers"."connection_id", "ended_at" = "grants"."revoked_at" FROM "grants" JOIN "servers" ON "servers"."id" = "grants"."server_id" WHERE "grants"."id" = "upstream_tokens"."grant_id";--> statement-breakpoint
ALTER TABLE "upstream_tokens" ALTER COLUMN "connection_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "servers" ADD COLUMN "handoff_scopes" jsonb;--> statement-breakpoint
ALTER TABLE "security_events" ADD CONSTRAINT "security_events_server_id_servers_id_fk" FOREIGN KEY ("server_id") REFERENCES "public"."servers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "security_events_server_at" ON "security_events" USING btree ("server_id","at");--> statement-breakpoint
ALTER TABLE "upstream_tokens" ADD CONSTRAINT "upstream_tokens_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "upstream_tokens_connection" ON "upstream_tokens" USING btree ("connection_id");--> statement-breakpoint
CREATE INDEX "upstream_tokens_ended" ON "upstream_tokens" USING btree ("ended_at") WHERE "upstream_tokens"."ended_at" is not null;