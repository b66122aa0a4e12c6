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
ALTER TABLE "clients" ADD COLUMN "jwks" jsonb;--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "jwks_uri" text;--> statement-breakpoint
ALTER TABLE "servers" ADD COLUMN "client_policy" jsonb DEFAULT '"any"' NOT NULL;--> statement-breakpoint
CREATE INDEX "assertion_ids_expires_at" ON "assertion_ids" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "client_documents_fetched_at" ON "client_documents" USING btree ("fetched_at");