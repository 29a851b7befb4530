DROP TABLE visit_questions;
DROP TABLE paper_entries;
DROP TABLE paper_sheets;
