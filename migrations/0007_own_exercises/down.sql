DROP TABLE clinic_exercise_versions;
DROP TABLE clinic_pictures;
DROP TABLE clinic_exercises;
