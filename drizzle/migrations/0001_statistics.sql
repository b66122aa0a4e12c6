CREATE TABLE "organization_days" (
	"organization_id" text NOT NULL,
	"day" date NOT NULL,
	"completed" integer NOT NULL,
	"failed" integer NOT NULL,
	"refreshes" integer NOT NULL,
	"grants" integer NOT NULL,
	"failures" jsonb NOT NULL,
	"relogins" jsonb NOT NULL,
	CONSTRAINT "organization_days_organization_id_day_pk" PRIMARY KEY("organization_id","day")
);
--> statement-breakpoint
DROP INDEX "authorization_requests_connection";--> statement-breakpoint
DROP INDEX "refresh_tokens_grant";--> statement-breakpoint
ALTER TABLE "organization_days" ADD CONSTRAINT "organization_days_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "organization_days_day" ON "organization_days" USING btree ("day");--> statement-breakpoint
CREATE INDEX "authorization_requests_connection" ON "authorization_requests" USING btree ("connection_id","outcome","created_at");--> statement-breakpoint
CREATE INDEX "refresh_tokens_grant" ON "refresh_tokens" USING btree ("grant_id","issued_at");