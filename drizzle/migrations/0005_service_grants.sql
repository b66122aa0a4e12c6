ALTER TABLE "grants" ALTER COLUMN "user_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "grants" ALTER COLUMN "redirect_uri" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "grants" ADD COLUMN "kind" text DEFAULT 'login' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "grants_service" ON "grants" USING btree ("server_id","client_row_id") WHERE "grants"."kind" = 'service' and "grants"."revoked_at" is null;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_user" CHECK (("grants"."user_id" is null) = ("grants"."kind" = 'service'));