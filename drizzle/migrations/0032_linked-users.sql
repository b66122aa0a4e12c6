CREATE TABLE "link_ceremonies" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"user_id" text NOT NULL,
	"session_hash" text NOT NULL,
	"connection_id" text NOT NULL,
	"other_connection_id" text NOT NULL,
	"state_hash" text,
	"nonce" text,
	"code_verifier" text,
	"identity" jsonb,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "link_ceremonies_state_hash_unique" UNIQUE("state_hash")
);
--> statement-breakpoint
ALTER TABLE "grants" ADD COLUMN "identity_id" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "linked_to" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "linked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "link_ceremonies" ADD CONSTRAINT "link_ceremonies_connection_of_same_organization" FOREIGN KEY ("organization_id","other_connection_id") REFERENCES "public"."connections"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "link_ceremonies" ADD CONSTRAINT "link_ceremonies_user_of_same_organization" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."users"("organization_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "link_ceremonies_connection" ON "link_ceremonies" USING btree ("organization_id","other_connection_id");--> statement-breakpoint
CREATE INDEX "link_ceremonies_user" ON "link_ceremonies" USING btree ("organization_id","user_id");--> statement-breakpoint
CREATE INDEX "link_ceremonies_expires_at" ON "link_ceremonies" USING btree ("expires_at");--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_linked_to_user_of_same_organization" FOREIGN KEY ("organization_id","linked_to") REFERENCES "public"."users"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "users_linked_to" ON "users" USING btree ("organization_id","linked_to") WHERE linked_to is not null;