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
ALTER TABLE "setup_links" ADD CONSTRAINT "setup_links_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "setup_links_organization" ON "setup_links" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "setup_links_connection" ON "setup_links" USING btree ("connection_id");--> statement-breakpoint
CREATE INDEX "setup_links_expires_at" ON "setup_links" USING btree ("expires_at");