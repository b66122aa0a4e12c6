DROP INDEX "grants_unredeemed";--> statement-breakpoint
CREATE INDEX "grants_unredeemed" ON "grants" USING btree ("created_at") WHERE kind = 'login' and redeemed_at is null;