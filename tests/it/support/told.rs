//! Messages, and problems with an exercise.

use super::app::TestApp;
use super::cast::Someone;
use gradus::care::adverse::{self, NewEvent, OTHER};
use gradus::care::desk::treat;
use gradus::care::messages;
use gradus::ids::{self, PatientId};
use gradus::store::adverse::Severity;

impl TestApp {
    /// A patient writes to their clinic.
    pub fn writes(&self, who: &Someone, body: &str) {
        messages::write(self.store(), &who.own(), (body, None), &ids::fresh(), self.moment()).expect("sent");
    }

    /// A physiotherapist writes to a patient.
    pub fn answers(&self, physio: &Someone, to: &Someone, body: &str) {
        let who = treat(self.store(), &physio.actor(), &PatientId::from(&to.id()), self.now()).expect("in charge");
        messages::answer(self.store(), &who, body, &ids::fresh(), self.now()).expect("sent");
    }

    /// Writes down what a patient told of an exercise and returns the event's id.
    pub fn tell_event(&self, physio: &Someone, of: &Someone) -> String {
        let who = treat(self.store(), &physio.actor(), &PatientId::from(&of.id()), self.now()).expect("in charge");
        let new = NewEvent { exercise: OTHER.to_owned(), on: self.moment().today(), what: "A sting".to_owned(), severity: Severity::Mild };
        adverse::record(self.store(), &who, &new, &ids::fresh(), self.moment()).expect("written down");
        self.database.lines(&format!("SELECT id AS line FROM adverse_events WHERE patient_id = '{}'", of.id())).remove(0)
    }
}
