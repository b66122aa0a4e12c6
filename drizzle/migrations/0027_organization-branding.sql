CREATE TABLE "organization_branding" (
	"organization_id" text PRIMARY KEY NOT NULL,
	"name" text,
	"accent_light" text,
	"accent_dark" text,
	"corner_radius" integer,
	"terms_url" text,
	"privacy_url" text,
	"support" text,
	"logo" "bytea",
	"logo_type" text,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "organization_branding_accent" CHECK (("organization_branding"."accent_light" is null) = ("organization_branding"."accent_dark" is null) and "organization_branding"."accent_light" ~ '^#[0-9a-f]{6}$' and "organization_branding"."accent_dark" ~ '^#[0-9a-f]{6}$'),
	CONSTRAINT "organization_branding_logo" CHECK (("organization_branding"."logo" is null) = ("organization_branding"."logo_type" is null) and octet_length("organization_branding"."logo") <= 102400)
);
--> statement-breakpoint
ALTER TABLE "server_branding" ADD COLUMN "corner_radius" integer;--> statement-breakpoint
ALTER TABLE "server_branding" ADD COLUMN "terms_url" text;--> statement-breakpoint
ALTER TABLE "server_branding" ADD COLUMN "privacy_url" text;--> statement-breakpoint
ALTER TABLE "server_branding" ADD COLUMN "support" text;--> statement-breakpoint
ALTER TABLE "organization_branding" ADD CONSTRAINT "organization_branding_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;