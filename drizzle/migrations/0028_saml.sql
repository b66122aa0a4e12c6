CREATE TABLE "saml_assertions" (
	"hash" text PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"assertion" jsonb NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "connections" DROP CONSTRAINT "connections_type";--> statement-breakpoint
ALTER TABLE "saml_assertions" ADD CONSTRAINT "saml_assertions_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "saml_assertions_connection" ON "saml_assertions" USING btree ("connection_id");--> statement-breakpoint
CREATE INDEX "saml_assertions_expires_at" ON "saml_assertions" USING btree ("expires_at");--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_type" CHECK ("connections"."type" in ('oidc', 'oauth2', 'saml', 'platform'));