ALTER TABLE "api_keys" ADD COLUMN "created_by_id" text;--> statement-breakpoint
ALTER TABLE "setup_links" ADD COLUMN "created_by_id" text;--> statement-breakpoint
CREATE INDEX "api_keys_created_by" ON "api_keys" USING btree ("created_by_id");--> statement-breakpoint
CREATE INDEX "setup_links_created_by" ON "setup_links" USING btree ("created_by_id");--> statement-breakpoint
UPDATE "api_keys" SET "created_by_id" = "audit_log"."actor_id" FROM "audit_log" WHERE "audit_log"."action" = 'api_key.created' AND "audit_log"."target_id" = "api_keys"."id";--> statement-breakpoint
UPDATE "setup_links" SET "created_by_id" = "audit_log"."actor_id" FROM "audit_log" WHERE "audit_log"."action" = 'setup_link.created' AND "audit_log"."target_id" = "setup_links"."id";
