CREATE TABLE "spending" (
	"owner_id" text NOT NULL,
	"day" date NOT NULL,
	"spent" bigint DEFAULT 0 NOT NULL,
	"reserved" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "spending_owner_id_day_pk" PRIMARY KEY("owner_id","day")
);
