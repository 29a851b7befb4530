//! Links that work by their secret alone.

use super::app::TestApp;
use super::cast::Someone;
use chrono::{Duration, NaiveTime};
use gradus::accounts::password::fingerprint;
use gradus::care::calendar::{Look, make};
use gradus::ids;
use gradus::store::StoreError;
use gradus::store::addresses::{AddressLink, Side, insert_link};
use gradus::store::outbox::{self, About};

impl TestApp {
    /// Somebody's calendar address: its secret.
    pub fn make_calendar(&self, who: &Someone) -> String {
        let at = NaiveTime::from_hms_opt(18, 0, 0).expect("a time");
        make(self.store(), &who.own(), &Look { title: String::new(), at }, &ids::fresh(), self.now()).expect("made")
    }

    /// The secret of a link that stops somebody's reminders, as a message holds it.
    pub fn make_stop_link(&self, who: &Someone) -> String {
        let secret = ids::secret();
        let until = self.now() + Duration::days(60);
        let made = self
            .store()
            .write::<_, StoreError>(|tx| outbox::insert_stop(tx, &fingerprint(&secret), (&who.id(), About::Reminders), self.now(), until));
        made.expect("made");
        secret
    }

    /// The secret of a link that confirms somebody's address, as a message holds it.
    pub fn make_address_link(&self, who: &Someone) -> String {
        let secret = ids::secret();
        let link = AddressLink {
            token_hash: fingerprint(&secret),
            user_id: who.0.id.clone(),
            change_id: None,
            purpose: Side::Verify.code().to_owned(),
            email: who.email().to_owned(),
            made_at: self.now(),
            expires_at: self.now() + Duration::hours(24),
            used_at: None,
        };
        self.store().write::<_, StoreError>(|tx| insert_link(tx, &link)).expect("made");
        secret
    }
}
