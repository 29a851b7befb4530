DROP TABLE reflections;
DROP TABLE reads;
