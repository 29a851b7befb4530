DROP TABLE played_sessions;
