DROP TABLE reclassifications;
