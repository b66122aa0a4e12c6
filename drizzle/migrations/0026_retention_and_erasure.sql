ALTER TABLE "audit_log" ADD COLUMN "actor_salt" text;--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "target_salt" text;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "login_retention" integer;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "audit_retention" integer;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "grant_retention" integer;--> statement-breakpoint
CREATE INDEX "audit_log_target" ON "audit_log" USING btree ("chain","target_id");--> statement-breakpoint
CREATE INDEX "audit_log_actor" ON "audit_log" USING btree ("chain","actor_id") WHERE actor_kind = 'end_user';--> statement-breakpoint
CREATE INDEX "audit_log_mail" ON "audit_log" USING btree ("chain","target_name") WHERE target_kind = 'mail';--> statement-breakpoint
CREATE INDEX "organizations_grant_retention" ON "organizations" USING btree ("id") WHERE grant_retention is not null;--> statement-breakpoint
CREATE INDEX "organizations_audit_retention" ON "organizations" USING btree ("id") WHERE audit_retention is not null;