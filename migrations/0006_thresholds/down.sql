DROP TABLE clinic_thresholds;
