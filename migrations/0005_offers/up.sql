-- A smaller plan with the way back, and what people answered to what the plan offered them.
ALTER TABLE plans ADD COLUMN smaller TEXT;
-- First day of a schedule that replaced the first one.
ALTER TABLE plan_quotas ADD COLUMN scheduled_on DATE;

CREATE TABLE offer_answers (
    id TEXT NOT NULL PRIMARY KEY,
    plan_id TEXT NOT NULL CONSTRAINT offer_answers_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    offer TEXT NOT NULL CONSTRAINT offer_answers_offer_check CHECK (offer IN ('smaller', 'full', 'baseline')),
    taken BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    on_date DATE NOT NULL,
    answered_at TIMESTAMP NOT NULL
);
CREATE INDEX offer_answers_plan_id_idx ON offer_answers (plan_id);
