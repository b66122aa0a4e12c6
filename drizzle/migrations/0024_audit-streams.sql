ALTER TABLE "webhooks" ADD COLUMN "template" text;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "headers" text;