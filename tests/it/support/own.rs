//! Exercises of the clinic's own, made, given and pictured as the pages do it.

use super::app::TestApp;
use super::cast::Someone;
use super::page::Page;
use super::person::Person;
use gradus::care::desk;
use gradus::care::exercises::{Edit, make, revise};
use gradus::clinical::exercise::library;
use gradus::clinical::exercise::own::Draft;
use gradus::figure::edit::from_library;
use gradus::figure::library::Form;
use gradus::ids::{self, PatientId};
use gradus::store::plans::PlanItem;
use gradus::store::{StoreError, exercises, plans};
use std::io::Cursor;

/// The words of an own exercise made from one of the library.
pub fn edit(base: &str, title: &str) -> Edit {
    let base = library().get(base).expect("an exercise of the library");
    let draft = Draft { title: title.to_owned(), ..Draft::like(base, false) };
    let figure = from_library(&base.id, Form::Main).expect("the figures").expect("a figure").text().to_owned();
    Edit { draft, figure, picture: None, note: String::new(), token: ids::fresh() }
}

/// A picture of one colour as a file.
pub fn image(width: u32, height: u32, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = image::RgbImage::from_pixel(width, height, image::Rgb([180, 120, 60]));
    image::DynamicImage::from(picture).write_to(&mut bytes, format).expect("written");
    bytes.into_inner()
}

impl TestApp {
    /// An exercise of the clinic's own; its id.
    pub fn own_exercise(&self, by: &Someone, base: &str) -> String {
        let name = library().get(base).expect("an exercise of the library").title.to_lowercase();
        make(self.store(), &by.desk(), base, &edit(base, &format!("Our {name}")), self.now()).expect("made")
    }

    /// A second version of it with another name.
    pub fn rename_own(&self, by: &Someone, id: &str, from: u32, title: &str) -> u32 {
        let versions = self.store().read::<_, StoreError>(|tx| exercises::history(tx, &by.desk(), id)).expect("a history");
        let newest = &versions.first().expect("a version").own;
        let draft = Draft { title: title.to_owned(), ..Draft::like(&newest.exercise, false) };
        let edit = Edit { draft, figure: newest.figure.clone(), picture: newest.picture.clone(), note: String::new(), token: ids::fresh() };
        revise(self.store(), &by.desk(), id, from, &edit, self.now()).expect("revised")
    }

    /// The items of somebody's plan.
    pub fn plan_items(&self, of: &Someone) -> Vec<PlanItem> {
        let own = of.own();
        let items = self.store().read::<_, StoreError>(|tx| {
            let plan = plans::active(tx, &own)?.ok_or(StoreError::NotFound)?;
            plans::items(tx, &own, &plan)
        });
        items.expect("a plan")
    }

    /// Puts an own exercise into a patient's plan, in place of the first item of its group that it can replace; the
    /// item's id.
    pub fn give_own(&self, by: &Someone, to: &Someone, id: &str) -> String {
        let patient = PatientId::from(&to.id());
        let who = desk::treat(self.store(), &by.actor(), &patient, self.now()).expect("in charge");
        for item in self.plan_items(to) {
            let given = desk::swap(self.store(), (&by.desk(), &who), &item.id, id, "suits you better", self.moment());
            if given.is_ok() {
                let items = self.plan_items(to);
                return items.into_iter().find(|item| item.prescription.exercise == id).expect("in the plan").id;
            }
        }
        panic!("{id} takes nobody's place");
    }

    /// Uploads a picture for an own exercise by its page; the picture's id.
    pub fn upload_picture(&self, by: &Someone, id: &str) -> String {
        let page = self.signed_in(by).upload(id, "photo.jpg", &image(400, 300, image::ImageFormat::Jpeg));
        page.is(303);
        self.database.lines("SELECT id AS line FROM clinic_pictures ORDER BY made_at DESC").remove(0)
    }
}

impl Person {
    /// Sends the form of the picture page with a file.
    pub fn upload(&self, id: &str, name: &str, file: &[u8]) -> Page {
        let path = format!("/pro/exercises/{id}/picture");
        let form = self.get(&path).is(200).form_to(&path);
        let mut pairs = form.set("alt", "On hands and knees, one leg slides back and the hand reaches forward.").pairs();
        pairs.retain(|(name, _)| name != "picture");
        self.post_parts(&path, &pairs, Some((name, file)))
    }

    /// Posts a form of several parts.
    pub fn post_parts(&self, path: &str, pairs: &[(String, String)], file: Option<(&str, &[u8])>) -> Page {
        self.post_file(path, pairs, "picture", file)
    }

    /// Posts a form of several parts, with a file in the field of a name.
    pub fn post_file(&self, path: &str, pairs: &[(String, String)], field: &str, file: Option<(&str, &[u8])>) -> Page {
        const EDGE: &str = "edge-of-the-parts";
        let mut body = Vec::new();
        for (name, value) in pairs {
            body.extend(format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
        }
        if let Some((name, bytes)) = file {
            let head = format!(
                "--{EDGE}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: image/jpeg\r\n\r\n"
            );
            body.extend(head.into_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend(format!("--{EDGE}--\r\n").into_bytes());
        let kind = format!("multipart/form-data; boundary={EDGE}");
        self.send(path, self.request("POST", path).header("content-type", kind).body(body))
    }
}
