CREATE TABLE "provisioned_groups" (
	"id" text PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"display_name" text NOT NULL,
	"external_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "provisioned_members" (
	"group_id" text NOT NULL,
	"user_id" text NOT NULL,
	CONSTRAINT "provisioned_members_group_id_user_id_pk" PRIMARY KEY("group_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "provisioned_users" (
	"id" text PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"user_name" text NOT NULL,
	"external_id" text,
	"account" text NOT NULL,
	"email" text,
	"active" boolean NOT NULL,
	"attributes" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"deleted_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "scim_tokens" (
	"connection_id" text PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "scim_tokens_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "object_id" text;--> statement-breakpoint
ALTER TABLE "provisioned_groups" ADD CONSTRAINT "provisioned_groups_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provisioned_members" ADD CONSTRAINT "provisioned_members_group_id_provisioned_groups_id_fk" FOREIGN KEY ("group_id") REFERENCES "public"."provisioned_groups"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provisioned_members" ADD CONSTRAINT "provisioned_members_user_id_provisioned_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."provisioned_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provisioned_users" ADD CONSTRAINT "provisioned_users_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scim_tokens" ADD CONSTRAINT "scim_tokens_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "provisioned_groups_name" ON "provisioned_groups" USING btree ("connection_id","display_name");--> statement-breakpoint
CREATE INDEX "provisioned_groups_list" ON "provisioned_groups" USING btree ("connection_id","created_at","id");--> statement-breakpoint
CREATE INDEX "provisioned_members_user" ON "provisioned_members" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "provisioned_users_user_name" ON "provisioned_users" USING btree ("connection_id",lower("user_name")) WHERE "provisioned_users"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "provisioned_users_name" ON "provisioned_users" USING btree ("connection_id","user_name");--> statement-breakpoint
CREATE INDEX "provisioned_users_account" ON "provisioned_users" USING btree ("connection_id","account");--> statement-breakpoint
CREATE INDEX "provisioned_users_email" ON "provisioned_users" USING btree ("connection_id","email");--> statement-breakpoint
CREATE INDEX "provisioned_users_list" ON "provisioned_users" USING btree ("connection_id","created_at","id");--> statement-breakpoint
CREATE INDEX "users_object_id" ON "users" USING btree ("organization_id","object_id") WHERE object_id is not null;