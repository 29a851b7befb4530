//! Invitations: by link, by the short code of a start card, by message; what they bring along, and how they end.

use crate::support::post::PostOffice;
use crate::support::{Backend, Form, Page, Person, Someone, TestApp, spawn, spawn_with};
use chrono::Duration;
use gradus::accounts::password::fingerprint;
use gradus::care::consent::consent;
use gradus::config::TELLING;

/// Ben's clinic, and his browser.
struct Desk {
    app: TestApp,
    ben: Someone,
}

impl Desk {
    fn open(backend: Backend) -> Self {
        let app = spawn(backend);
        let ben = app.physio("Ben");
        Self { app, ben }
    }

    fn browser(&self) -> Person {
        self.app.signed_in(&self.ben)
    }

    /// Makes a card for somebody.
    fn card(&self, name: &str) -> Page {
        let ben = self.browser();
        ben.submit(&ben.get("/pro/invite").is(200).form_to("/pro/invite").fill("Their name", name)).is(200)
    }

    fn count(&self, of: &str) -> usize {
        self.app.database.count(of)
    }
}

/// The short code on a card.
pub fn code(card: &Page) -> String {
    card.all(".start-code .code").remove(0)
}

/// The path of the link on a card.
pub fn link(card: &Page) -> String {
    format!("/{}", card.all(".once-link").remove(0).splitn(4, '/').nth(3).expect("a link"))
}

/// Types a code.
pub fn type_code(person: &Person, code: &str) -> Page {
    person.submit(&person.get("/join").is(200).form_to("/join").fill("The code on your start card", code))
}

/// An account form as somebody fills it in who agrees to everything.
pub fn filled(form: Form, name: &str, email: &str) -> Form {
    let form =
        form.fill("What should we call you?", name).fill("Your e-mail address", email).fill("Choose a password", "four green bottles");
    consent().required().fold(form, |form, purpose| form.set(&format!("consent_{}", purpose.key), "yes"))
}

/// What a camera reads from the drawing on a card.
fn scanned(card: &Page) -> String {
    const PIXELS: usize = 4;
    let size: usize = card.attributes(".qr", "viewBox").remove(0).split(' ').nth(2).expect("a width").parse().expect("a number");
    let mut dark = vec![vec![false; size]; size];
    for bar in card.attributes(".qr-dark", "d").remove(0).split('M').filter(|bar| !bar.is_empty()) {
        let (place, rest) = bar.split_once('h').expect("a bar");
        let (x, y) = place.split_once(' ').expect("a place");
        let (x, y): (usize, usize) = (x.parse().expect("x"), y.parse().expect("y"));
        let run: usize = rest.split('v').next().expect("a length").parse().expect("a number");
        dark[y][x..x + run].fill(true);
    }
    let side = size * PIXELS;
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| if dark[y / PIXELS][x / PIXELS] { 0 } else { 255 });
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one code on the card");
    grids[0].decode().expect("readable").1
}

each_backend! {
    fn a_start_card_has_a_link_a_qr_code_and_a_short_code_that_work_once(backend) {
        let desk = Desk::open(backend);
        let card = desk.card("Ann");
        let shown = card.all(".once-link").remove(0);
        assert_eq!(scanned(&card), shown, "the QR code opens the link");
        let (short, path) = (code(&card), link(&card));
        assert_eq!((short.len(), short.chars().nth(4)), (9, Some('-')), "{short}");
        // Neither is kept.
        let kept = desk.app.database.lines("SELECT id || token_hash || COALESCE(code_hash, '') || brings AS line FROM invitations").concat();
        let secret = path.rsplit('/').next().expect("a secret");
        assert!(!kept.contains(secret) && !kept.contains(&short) && kept.contains(&fingerprint(secret)));
        assert!(!desk.browser().get("/pro/invite").is(200).text.contains(secret));
        // Typed in small letters with a space it leads to the same page as the link.
        let ann = desk.app.visitor();
        type_code(&ann, &short.to_lowercase().replace('-', " ")).goes_to("/join/account");
        let form = ann.get("/join/account").is(200);
        assert_eq!((form.heading().as_str(), form.form().value("name")), ("Welcome, Ann", Some("Ann")));
        assert_eq!(desk.app.visitor().get(&path).is(200).heading(), "Welcome, Ann");
        ann.submit(&filled(form.form(), "Ann", "ann@example.org")).goes_to("/intake");
        assert_eq!(desk.count("care_relations WHERE ended_at IS NULL"), 1, "Ben is in charge");
        // Used up, by whichever way.
        let late = desk.app.visitor();
        late.get(&path).is(404);
        let used = type_code(&late, &short).is(422);
        late.get("/join/account").goes_to("/join");
        let wrong = type_code(&late, "0000-0000").is(422);
        assert_eq!(used.errors(), wrong.errors());
        assert_eq!(desk.count("users WHERE is_patient"), 1);
    }

    fn run_out_and_taken_back_codes_answer_like_wrong_ones_and_many_wrong_ones_wait(backend) {
        let desk = Desk::open(backend);
        let (old, kept) = (desk.card("Ann"), desk.card("Bea"));
        let visitor = desk.app.visitor();
        let wrong = type_code(&visitor, "nonsense").is(422).errors();
        // Taken back from the list.
        let ben = desk.browser();
        let list = ben.get("/pro/invite").is(200);
        assert_eq!(list.count("tbody tr"), 2);
        let end = |page: &Page| page.forms().into_iter().filter(|f| f.action.ends_with("/end")).collect::<Vec<_>>();
        let of_ann = desk.app.database.line("SELECT id AS line FROM invitations WHERE name = 'Ann'");
        let form = end(&list).into_iter().find(|f| f.action.contains(&of_ann)).expect("Ann's");
        desk.app.signed_in(&desk.app.physio("Cleo")).post(&form.action, &[]).is(404);
        ben.submit(&form).goes_to("/pro/invite");
        assert_eq!(ben.get("/pro/invite").count("tbody tr"), 1);
        assert_eq!(type_code(&visitor, &code(&old)).is(422).errors(), wrong);
        visitor.get(&link(&old)).is(404);
        // Two weeks later the other one has run out.
        type_code(&desk.app.visitor(), &code(&kept)).is(303);
        desk.app.wait(Duration::days(14) + Duration::minutes(1));
        let visitor = desk.app.visitor();
        assert_eq!(type_code(&visitor, &code(&kept)).is(422).errors(), wrong);
        // Guessing has an end, and then even a right code waits.
        let fresh = desk.card("Cem");
        for _ in 0..29 {
            type_code(&visitor, "2222-2222").is(422);
        }
        type_code(&visitor, "2222-2222").is(429);
        type_code(&desk.app.visitor(), &code(&fresh)).is(429);
        desk.app.wait(Duration::minutes(16));
        type_code(&desk.app.visitor(), &code(&fresh)).is(303);
    }

    fn what_nobody_used_is_shown_until_it_is_made_anew_or_laid_aside(backend) {
        let desk = Desk::open(backend);
        let kept = ["Ann", "Bea", "Cem"].map(|name| desk.card(name));
        // Cem comes, Dora's is taken back in time.
        let cem = desk.app.visitor();
        type_code(&cem, &code(&kept[2])).goes_to("/join/account");
        cem.submit(&filled(cem.get("/join/account").is(200).form(), "Cem", "cem@example.org")).is(303);
        desk.card("Dora");
        let of = |name: &str| desk.app.database.line(&format!("SELECT id AS line FROM invitations WHERE name = '{name}'"));
        desk.browser().post(&format!("/pro/invite/{}/end", of("Dora")), &[]).goes_to("/pro/invite");
        assert!(!desk.browser().get("/pro").is(200).words().contains("Invitations not used"), "they still wait");
        desk.app.wait(Duration::days(14) + Duration::minutes(1));
        let ben = desk.browser();
        let listed = |person: &Person| person.get("/pro").is(200).all("a[href='/pro/invite#run-out']");
        assert_eq!(listed(&ben).len(), 2, "{:?}", listed(&ben));
        assert!(ben.get("/pro").words().contains("Made on Mon 2 Mar, ran out on Mon 16 Mar without being used."), "{}", ben.get("/pro").words());
        assert!(listed(&desk.app.signed_in(&desk.app.physio("Cleo"))).is_empty(), "they are Ben's");
        assert_eq!(ben.get("/pro/invite").all("#run-out tbody th").len(), 2);
        let ann = format!("/pro/invite/{}/end", of("Ann"));
        ben.submit(&ben.get("/pro/invite").form_to(&ann)).goes_to("/pro/invite");
        assert_eq!(listed(&ben), ["Bea"], "laid aside");
        let bea = format!("/pro/invite/{}/again", of("Bea"));
        ben.submit(&ben.get("/pro/invite").form_to(&bea)).is(200);
        assert!(listed(&ben).is_empty(), "made anew it waits again");
        assert_eq!(ben.get("/pro/invite").all("tbody th"), ["Bea"]);
        desk.app.wait(Duration::days(75));
        assert!(listed(&desk.browser()).is_empty(), "not for ever");
    }

    fn made_anew_the_old_card_ends_and_what_it_brought_stays(backend) {
        let desk = Desk::open(backend);
        let ben = desk.browser();
        let form = ben.get("/pro/invite").is(200).form_to("/pro/invite");
        let form = form.fill("Their name", "Ann").fill("Their e-mail address", "Ann@Example.org").fill("Time for a reminder", "07:30").fill("Language", "de");
        let form = form.choose("Exercise days", "Monday").choose("Exercise days", "Wednesday");
        assert!(ben.submit(&form).is(422).errors()[0].contains("three, four or five"), "two days are too few");
        let form = form.choose("Exercise days", "Friday").choose("What you have explained", "The stop rules").choose("What you have explained", "More than planned");
        let card = ben.submit(&form).is(200);
        let words = card.words();
        assert!(words.contains("Ihr Weg zu Gradus") && words.contains("Mehr als geplant ist nicht besser (Ben, 2. März 2026)"), "{words}");
        assert!(ben.submit(&form).is(422).errors()[0].contains("shown once"), "the same form makes one invitation");
        assert_eq!(desk.count("invitations WHERE purpose = 'patient'"), 1);
        let again = ben.get("/pro/invite").forms().into_iter().find(|f| f.action.ends_with("/again")).expect("a form");
        let anew = ben.submit(&again).is(200);
        assert!(ben.submit(&again).is(422).errors()[0].contains("shown once"));
        assert!(anew.words().contains("Mehr als geplant ist nicht besser (Ben"), "the ticks stay");
        type_code(&desk.app.visitor(), &code(&card)).is(422);
        desk.app.visitor().get(&link(&card)).is(404);
        let used = ben.get("/pro/invite").forms().into_iter().find(|f| f.action.ends_with("/again")).expect("a form").action;
        let ann = desk.app.visitor();
        type_code(&ann, &code(&anew)).goes_to("/join/account");
        let page = ann.get("/join/account").is(200);
        assert_eq!(page.form().value("email"), Some("ann@example.org"), "the address is there already");
        ann.submit(&filled(page.form(), "Ann", "ann@example.org")).goes_to("/intake");
        // Suggestions, which the person confirms: nothing is turned on.
        let days = ann.get("/intake/practical").is(200).attributes("input[name=days][checked]", "value");
        assert_eq!(days, ["0", "2", "4"]);
        let brought = desk.app.database.lines("SELECT brings AS line FROM invitations WHERE used_at IS NOT NULL AND purpose = 'patient'");
        assert!(brought.len() == 1 && brought[0].contains("07:30"), "{brought:?}");
        assert_eq!(desk.count("reminders"), 0);
        // An invitation that was used cannot be made anew or taken back.
        ben.post(&used, &[]).is(404);
        ben.post(&used.replace("/again", "/end"), &[]).is(404);
    }

    fn the_link_goes_out_by_message_and_the_message_says_nothing(backend) {
        let Some(office) = PostOffice::open("off") else { return };
        let settings = office.settings("off");
        let settings: Vec<(&str, &str)> = settings.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let app = spawn_with(backend, &settings);
        let ben = app.signed_in(&app.physio("Ben"));
        let form = ben.get("/pro/invite").is(200).form_to("/pro/invite").fill("Their name", "Ann").fill("Their e-mail address", "ann@example.org");
        let card = ben.submit(&form).is(200);
        assert!(card.words().contains("The link was sent to ann@example.org"), "{}", card.words());
        let mails = office.mails();
        assert_eq!((mails.len(), mails[0].to.as_slice()), (1, &["ann@example.org".to_owned()][..]));
        let text = format!("{} {}", mails[0].header("subject"), mails[0].body).to_lowercase();
        let text: Vec<&str> = text.split_whitespace().filter(|word| !word.starts_with("http")).collect();
        for word in TELLING {
            assert!(!text.join(" ").contains(word), "{word}: {text:?}");
        }
        assert!(!mails[0].raw.contains("Ann ") && mails[0].path("/invite/").starts_with("/invite/"));
        drop(office);
        // No mail server there: the card says so and works all the same.
        let form = ben.get("/pro/invite").form_to("/pro/invite").fill("Their e-mail address", "bea@example.org");
        let card = ben.submit(&form).is(200);
        assert!(card.words().contains("could not be sent"), "{}", card.words());
        type_code(&app.visitor(), &code(&card)).is(303);
    }
}
