CREATE TABLE "grant_checks" (
	"grant_id" text PRIMARY KEY NOT NULL,
	"check_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "grants_unredeemed";--> statement-breakpoint
DROP INDEX "grants_shown";--> statement-breakpoint
ALTER TABLE "grants" ADD COLUMN "is_abandoned" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "grant_checks_check_at" ON "grant_checks" USING btree ("check_at");--> statement-breakpoint
CREATE INDEX "grants_abandoned" ON "grants" USING btree ("created_at") WHERE is_abandoned;--> statement-breakpoint
CREATE INDEX "grants_shown" ON "grants" USING btree ("organization_id","created_at","id","revoked_at") WHERE not is_abandoned or revoked_at is not null;--> statement-breakpoint
-- Room in each page for the version that a redemption makes: where it fits, no index is written.
ALTER TABLE "grants" SET (fillfactor = 85);--> statement-breakpoint
INSERT INTO "grant_checks" ("grant_id", "check_at") SELECT "id", "created_at" + interval '15 minutes' FROM "grants" WHERE "kind" = 'login' AND "redeemed_at" IS NULL;