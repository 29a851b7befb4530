//! The library of exercises: what it shows, to whom, and how it is narrowed.

use crate::check::walk;
use crate::support::{Clinic, Page, spawn};
use gradus::care::safety::{CheckIn, check_in};
use gradus::clinical::exercise::library;
use gradus::ids;
use gradus::store::reviews::CheckAnswers;

fn titles(page: &Page) -> Vec<String> {
    page.all(".rows .card-link a")
}

each_backend! {
    fn a_visitor_reads_every_exercise_and_narrows_the_list(backend) {
        let app = spawn(backend);
        let visitor = app.visitor();
        let all = visitor.get("/exercises").is(200);
        assert_eq!(titles(&all).len(), library().all().len());
        assert!(all.words().contains("66 exercises."), "{}", all.words());
        assert!(all.cookies().is_empty(), "who only reads gets no session");
        let few = visitor.get("/exercises?group=core&position=kneeling").is(200);
        assert_eq!(titles(&few), ["Bird dog"], "{:?}", titles(&few));
        assert!(few.words().contains("1 of 66 exercises."));
        let kept = few.form();
        assert_eq!((kept.value("group"), kept.value("position"), kept.value("suits")), (Some("core"), Some("kneeling"), Some("")));
        let standing = titles(&visitor.get("/exercises?floor=no&equipment=none&suits=bending"));
        let fits = |title: &String| library().all().iter().find(|e| e.title == *title).is_some_and(|e| e.phase(gradus::clinical::codes::Category::Flex) == 1);
        assert!(!standing.is_empty() && standing.iter().all(fits), "{standing:?}");
        let none = visitor.get("/exercises?group=relief&equipment=ball").is(200);
        assert!(titles(&none).is_empty() && none.words().contains("No exercise fits all of this."));
        assert_eq!(titles(&visitor.get("/exercises?group=nonsense&equipment=nonsense&other=1").is(200)).len(), 66);
        let one = visitor.get("/exercises/CO5").is(200);
        assert!(one.words().contains("the usual beginning"), "{}", one.words());
        visitor.get("/exercises/XX1").is(404);
    }

    fn after_a_check_that_holds_the_library_stays_closed(backend) {
        let app = spawn(backend);
        let person = app.visitor();
        let (page, _) = walk(&person, |page| page.path == "/check/numbness");
        person.submit(&page.form().set("r_saddle", "new")).goes_to("/check/result");
        person.get("/exercises").goes_to("/check/result");
        person.get("/exercises/CO5").goes_to("/check/result");
    }

    fn a_patient_reads_it_beside_a_plan_that_runs_and_not_otherwise(backend) {
        let clinic = Clinic::open(backend);
        let new = clinic.app.signed_in(&clinic.app.patient("Flo"));
        new.get("/exercises").goes_to("/today");
        new.get("/exercises/CO5").goes_to("/today");
        let ann = clinic.app.signed_in(&clinic.ann);
        assert_eq!(titles(&ann.get("/exercises").is(200)).len(), 66);
        let answers = CheckAnswers { danger: vec!["both_legs".to_owned()], ..CheckAnswers::default() };
        let given = CheckIn { answers, psfs: vec![5, 5], rmdq: None, token: ids::fresh() };
        check_in(clinic.app.store(), &clinic.ann.own(), &given, clinic.app.moment()).expect("taken");
        ann.get("/exercises").goes_to("/today");
        ann.get("/exercises/CO5").goes_to("/today");
        assert_eq!(titles(&clinic.app.signed_in(&clinic.ben).get("/exercises").is(200)).len(), 66);
    }
}
