ALTER TABLE "operator_links" ADD COLUMN "created_by_id" text;--> statement-breakpoint
ALTER TABLE "platform_users" ADD COLUMN "link_created_by_id" text;