DROP TABLE calendar_entries;
DROP TABLE calendar_feeds;
DROP TABLE stop_links;
DROP TABLE outbox;
DROP TABLE reminders;
